import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { RunDetail, RunLogs } from '@lean-ops/common/contract/run-view'
import { decodeCursor, encodeCursor } from '@lean-ops/common/control-plane/cursor'
import { AppError } from '@lean-ops/common/errors/app-error'
import { scrubMessage } from '@lean-ops/common/masking/scrub-message'
import { z } from 'zod'
import type { PipelineReads } from '../lake/lake-reads.ts'

const Position = z.object({ job: z.int().min(0), token: z.string().max(1_500).nullable() })

type Query = { passId?: string | undefined; cursor?: string | undefined; limit: number }

/**
 * Lines of the job runs of a run, job by job, oldest first: so the logs of every job it called are found from the run. Throws
 * UNAVAILABLE when CloudWatch does not answer.
 */
export async function readLogs(reads: PipelineReads, detail: RunDetail, query: Query): Promise<RunLogs> {
  const jobRunIds = [
    ...new Set(
      detail.passes
        .filter((pass) => query.passId === undefined || pass.passId === query.passId)
        .flatMap((pass) => (pass.jobRunId === null ? [] : [pass.jobRunId])),
    ),
  ]
  const position = query.cursor === undefined ? { job: 0, token: null } : decodeCursor(Position, query.cursor)
  const jobRunId = jobRunIds[position.job]
  if (jobRunId === undefined) return { lines: [], nextCursor: null, jobRunIds }
  const answer = await reads.logs
    .send(
      new FilterLogEventsCommand({
        logGroupName: reads.jobLogGroup,
        // Driver and executors write streams that begin with the job run's id.
        logStreamNamePrefix: jobRunId,
        limit: query.limit,
        ...(position.token === null ? {} : { nextToken: position.token }),
      }),
    )
    .catch((cause: unknown) => {
      if (cause instanceof Error && cause.name === 'ResourceNotFoundException') return { events: [] }
      throw new AppError('UNAVAILABLE', 'CloudWatch does not give these logs.', { cause })
    })
  const token = 'nextToken' in answer ? (answer.nextToken ?? null) : null
  const hasMore = token !== null || position.job + 1 < jobRunIds.length
  return {
    lines: (answer.events ?? []).map((event) => ({
      at: new Date(event.timestamp ?? 0).toISOString(),
      jobRunId,
      text: scrubMessage(event.message ?? '').trimEnd(),
    })),
    nextCursor: hasMore
      ? encodeCursor(token === null ? { job: position.job + 1, token: null } : { job: position.job, token })
      : null,
    jobRunIds,
  }
}
