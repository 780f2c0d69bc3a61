import { isLosslessNumber, parse } from 'lossless-json'
import { z } from 'zod'
import type { SnapshotChain } from './snapshot-chain.ts'

/** A number as its exact text: `JSON.parse` would round 64-bit ids. */
const ExactNumber = z.custom<{ value: string }>(isLosslessNumber).transform((n) => n.value)

const Metadata = z.object({
  'current-snapshot-id': ExactNumber.nullish(),
  snapshots: z
    .array(z.object({ 'snapshot-id': ExactNumber, 'parent-snapshot-id': ExactNumber.nullish() }))
    .default([]),
})

/** The main branch of an Iceberg `metadata.json` (format v2). Throws on text that is none. */
export function parseSnapshotChain(text: string, metadataLocation: string): SnapshotChain {
  const metadata = Metadata.parse(parse(text))
  const parents = new Map(metadata.snapshots.map((s) => [s['snapshot-id'], s['parent-snapshot-id'] ?? null]))
  const ids: string[] = []
  let next: string | null = metadata['current-snapshot-id'] ?? null
  // The Java library writes "no snapshot" as -1.
  while (next !== null && parents.has(next) && ids.length < parents.size) {
    ids.push(next)
    next = parents.get(next) ?? null
  }
  return { ids, isTruncated: next !== null && next !== '-1', metadataLocation }
}
