import { scanJson } from './scan-json.ts'
import { spreadJson } from './spread-json.ts'

/** A JSON text with one value a line, its numbers as they are written; any other text as it is. */
export function prettyJson(text: string): string {
  const scan = scanJson(text)
  return scan.ok ? spreadJson(text, scan.nodes) : text
}
