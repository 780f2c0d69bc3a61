import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Adapter, Payload } from 'oidc-provider'

type Entry = { model: string; id: string; payload: Payload; expiresAtMs: number | null }

/**
 * Where the local provider keeps sessions, grants and refresh tokens: one JSON file, so that people stay signed in over
 * a restart. A laptop holds a handful of entries; the file is written whole, through a rename.
 */
export function createFileStore(file: string, now: () => number): (model: string) => Adapter {
  const entries = new Map<string, Entry>(
    readEntries(file).map((entry) => [keyOf(entry.model, entry.id), entry]),
  )
  const save = (): void => {
    const at = now()
    for (const [key, entry] of entries)
      if (entry.expiresAtMs !== null && entry.expiresAtMs <= at) entries.delete(key)
    writeFileSync(`${file}.new`, JSON.stringify([...entries.values()]), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  const live = (entry: Entry | undefined): Payload | undefined =>
    entry === undefined || (entry.expiresAtMs !== null && entry.expiresAtMs <= now())
      ? undefined
      : entry.payload
  const findBy = (model: string, matches: (payload: Payload) => boolean): Payload | undefined => {
    for (const entry of entries.values())
      if (entry.model === model && matches(entry.payload)) return live(entry)
    return undefined
  }
  return (model) => ({
    async upsert(id, payload, expiresIn) {
      const expiresAtMs = expiresIn === undefined ? null : now() + expiresIn * 1_000
      entries.set(keyOf(model, id), { model, id, payload, expiresAtMs })
      save()
    },
    find: async (id) => live(entries.get(keyOf(model, id))),
    findByUid: async (uid) => findBy(model, (payload) => payload.uid === uid),
    findByUserCode: async (userCode) => findBy(model, (payload) => payload.userCode === userCode),
    async consume(id) {
      const entry = entries.get(keyOf(model, id))
      if (entry) entry.payload = { ...entry.payload, consumed: Math.floor(now() / 1_000) }
      save()
    },
    async destroy(id) {
      entries.delete(keyOf(model, id))
      save()
    },
    async revokeByGrantId(grantId) {
      for (const [key, entry] of entries) if (entry.payload.grantId === grantId) entries.delete(key)
      save()
    },
  })
}

const keyOf = (model: string, id: string): string => `${model}:${id}`

function readEntries(file: string): Entry[] {
  if (!existsSync(file)) return []
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // A half-written file of a killed process: everybody signs in again, nothing else is lost.
    return []
  }
}
