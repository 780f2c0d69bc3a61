import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

const databases = {
  ours: ['ours_curated', 'ours_semantic'],
  theirs: ['iceberg_standardized_db', 'iceberg_curated_db'],
} as const

/** Bytes of all files below a system's databases: nothing is ever deleted there, so a difference is what was written. */
export async function writtenBytes(system: keyof typeof databases, folder: string): Promise<number> {
  let sum = 0
  for (const database of databases[system]) sum += await bytesBelow(path.join(folder, 'warehouse', database))
  return sum
}

export async function bytesBelow(folder: string): Promise<number> {
  let sum = 0
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries)
    if (entry.isFile() && !entry.name.endsWith('.crc'))
      sum += (await stat(path.join(entry.parentPath, entry.name))).size
  return sum
}
