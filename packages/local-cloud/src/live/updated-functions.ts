import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const schema = z.array(z.string())

/**
 * Names of functions that have ever been updated past a deploy. The engine does not know what they run: it sees
 * no change when their source is back at what it deployed last, so a start compares them itself.
 */
export function readUpdatedFunctions(file: string): ReadonlySet<string> {
  try {
    return new Set(schema.parse(JSON.parse(readFileSync(file, 'utf8'))))
  } catch {
    return new Set()
  }
}

export function addUpdatedFunction(file: string, name: string): void {
  const names = readUpdatedFunctions(file)
  if (!names.has(name)) writeFileSync(file, JSON.stringify([...names, name]))
}
