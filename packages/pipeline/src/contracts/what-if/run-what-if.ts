import type { WhatIf } from '@lean-ops/common/contract/what-if'
import { decodeRawPayload } from '@lean-ops/common/lake/decode-raw-payload'
import { findTable } from '@lean-ops/common/lake/find-table'
import type { LakeDeps } from '@lean-ops/common/lake/lake-deps'
import { type DataFile, listDataFiles } from '@lean-ops/common/lake/list-data-files'
import { readDataFile } from '@lean-ops/common/lake/read-data-file'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { tableName } from '@lean-ops/common/topics/topic-names'
import { createTally, type JudgedRow } from './create-tally.ts'
import { judgeChange } from './judge-change.ts'

export type WhatIfDeps = LakeDeps & {
  rawDatabase: string
  now: () => Date
  /** Milliseconds that may still be spent. */
  remainingMs: () => number
  onProgress?: (rows: number, files: { done: number; all: number }) => void
}

export type WhatIfRequest = {
  current: ContractModel | undefined
  candidate: ContractModel
  /** Days of RAW to judge, today included. */
  days: number
  /** Message ids of every open reject of the topic. */
  openRejects: Iterable<string>
}

const dayMs = 86_400_000
const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
const columns = ['message_id', 'ingestion_ts', 'payload_encoding', 'json_payload']

/**
 * Judges the last days of RAW and every open reject with both versions. Rows pass through memory in chunks; what stays are
 * counters, samples, and the ids of the open rejects. Reads newest first, so that a cut answer speaks of the newest rows.
 */
export async function runWhatIf(deps: WhatIfDeps, request: WhatIfRequest): Promise<WhatIf> {
  const { current, candidate } = request
  const today = deps.now()
  const days = { from: dayOf(new Date(today.getTime() - (request.days - 1) * dayMs)), to: dayOf(today) }
  const table = await findTable(deps, deps.rawDatabase, tableName(candidate.topic))
  const tally = createTally(current, candidate)
  const waiting = new Set(request.openRejects)
  const rejects = { open: waiting.size, found: 0, heals: 0, stillFails: 0 }
  const judge = (row: Record<string, unknown>): JudgedRow => {
    const body = decodeRawPayload(row)
    const judged = {
      messageId: String(row.message_id),
      ingestedAt: row.ingestion_ts instanceof Date ? row.ingestion_ts : null,
      verdict: judgeChange(body ?? '', current, candidate),
    }
    if (waiting.delete(judged.messageId)) {
      rejects.found += 1
      if (judged.verdict.fate === 'newlyFails' || judged.verdict.fate === 'stillFails')
        rejects.stillFails += 1
      else if (judged.verdict.fate !== 'unreadable') rejects.heals += 1
    }
    return judged
  }

  let isComplete = true
  const files = table === undefined ? [] : await listDataFiles(deps, table, { days })
  for (const [n, file] of files.entries()) {
    for await (const { rows } of readDataFile(deps.s3, file, columns)) {
      for (const row of rows) tally.add(judge(row))
      isComplete = deps.remainingMs() > 0
      if (!isComplete) break
    }
    deps.onProgress?.(tally.result().rows.read, { done: n + 1, all: files.length })
    if (!isComplete) break
  }
  if (table !== undefined && isComplete && waiting.size > 0) {
    const last = dayOf(new Date(Date.parse(days.from) - dayMs))
    const older = await listDataFiles(deps, table, { days: { from: '0001-01-01', to: last } })
    isComplete = await findOlder(deps, older, waiting, judge)
  }
  return {
    topic: candidate.topic,
    currentVersion: current?.version ?? null,
    candidateVersion: candidate.version,
    days,
    isComplete,
    ...tally.result(),
    rejects,
  }
}

/** Rejects of earlier days: only the ids of a file are read, and the bodies of those that are wanted. False when time ran out. */
async function findOlder(
  deps: WhatIfDeps,
  files: readonly DataFile[],
  waiting: ReadonlySet<string>,
  judge: (row: Record<string, unknown>) => unknown,
): Promise<boolean> {
  for (const file of files) {
    for await (const { first, rows } of readDataFile(deps.s3, file, ['message_id'])) {
      for (const [n, row] of rows.entries()) {
        if (!waiting.has(String(row.message_id))) continue
        const within = { from: first + n, to: first + n + 1 }
        for await (const { rows: found } of readDataFile(deps.s3, file, columns, within))
          for (const one of found) judge(one)
      }
      if (deps.remainingMs() <= 0) return false
    }
    if (waiting.size === 0) return true
  }
  return true
}
