import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { RunningPass } from '@lean-ops/common/control-plane/runs/list-running-passes'
import type { RunError } from '@lean-ops/common/control-plane/schema/runs'
import { PassResult, passResultKey } from '@lean-ops/common/messages/pass-result'

type Deps = { s3: Pick<S3Client, 'send'>; lakeBucket: string }
export type ReadResult = { result: PassResult } | { error: RunError }

/** A result says in a few kilobytes what happened; one that is larger is not ours. */
const bytesMax = 4 * 1024 * 1024

/**
 * What the job says of a pass. Missing, unreadable or of another pass: an error, never a guess. Throws only what S3 throws
 * besides "no such object": the caller tries again.
 */
export async function readPassResult(deps: Deps, execution: string, pass: RunningPass): Promise<ReadResult> {
  const text = await readText(deps, passResultKey(execution, pass.passId))
  if (text === undefined)
    return {
      error: { code: 'RESULT_MISSING', message: 'the job left no result for this pass', class: 'unknown' },
    }
  const parsed = PassResult.safeParse(parseJson(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return invalid(issue === undefined ? 'not JSON' : `${issue.path.join('.')}: ${issue.message}`)
  }
  const fault = findMismatch(parsed.data, execution, pass)
  return fault === undefined ? { result: parsed.data } : invalid(fault)
}

async function readText({ s3, lakeBucket }: Deps, key: string): Promise<string | undefined> {
  try {
    const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket: lakeBucket, Key: key }))
    return (ContentLength ?? 0) > bytesMax ? '' : await Body?.transformToString()
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A result of another pass, or of other bounds, must not move this one's checkpoint. */
function findMismatch(result: PassResult, execution: string, pass: RunningPass): string | undefined {
  const pairs: [string, unknown, unknown][] = [
    ['passId', result.passId, pass.passId],
    ['topic', result.topic, pass.topic],
    ['layer', result.layer, pass.layer],
    ['passSeq', result.passSeq, pass.seq],
    ['execution', result.execution, execution],
    ['from', result.from ?? null, pass.from],
    ['to', result.to ?? null, pass.to],
    ['fromSeq', result.fromSeq ?? null, pass.fromSeq],
    ['toSeq', result.toSeq ?? null, pass.toSeq],
    ['sourceSnapshot', result.sourceSnapshot ?? null, pass.sourceSnapshot],
  ]
  const wrong = pairs.find(([, is, planned]) => is !== planned)
  return wrong && `${wrong[0]} is ${String(wrong[1])}, planned was ${String(wrong[2])}`
}

const invalid = (detail: string): ReadResult => ({
  error: {
    code: 'RESULT_INVALID',
    message: `the job's result cannot be used: ${detail.slice(0, 300)}`,
    class: 'unknown',
  },
})
