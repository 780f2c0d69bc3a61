import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from './paths.mjs'

const skipped = new Set(['node_modules', '.next', '__pycache__', 'tsconfig.tsbuildinfo'])

function* filesBelow(file) {
  let entries
  try {
    entries = readdirSync(file, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOTDIR') yield file
    else if (error.code !== 'ENOENT') throw error
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (skipped.has(entry.name)) continue
    if (entry.isDirectory()) yield* filesBelow(path.join(file, entry.name))
    else if (entry.isFile()) yield path.join(file, entry.name)
  }
}

/** One hash over the contents of files and folders (paths relative to the clone) and plain texts. */
export function hashOf(paths, texts = []) {
  const hash = createHash('sha256').update(texts.join('\0'))
  for (const relative of paths)
    for (const file of filesBelow(inRoot(relative)))
      hash.update(path.relative(inRoot(), file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 32)
}

/** The stamp lies inside what it vouches for, so deleting the folder deletes the stamp with it. */
export function readStamp(file) {
  try {
    return readFileSync(inRoot(file), 'utf8').trim()
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  }
}

export function writeStamp(file, value) {
  mkdirSync(path.dirname(inRoot(file)), { recursive: true })
  writeFileSync(inRoot(file), `${value}\n`)
}
