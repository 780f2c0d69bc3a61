import { findJsonText } from '../messages/find-json-text.ts'
import { recogniseBody } from '../messages/recognise-body.ts'
import { columnName } from './compile-columns.ts'
import type { Draft, DraftColumn } from './draft-contract.ts'
import { inferColumns, observePayload, type PathFacts } from './infer-columns.ts'

/**
 * A draft from observed bodies, one per line: types over *all* values, candidates for the key and the version, guesses of
 * personal data. Lines that are no message are counted in the notes. Undefined when no line is one.
 */
export function draftFromSample(topic: string, owner: string, lines: Iterable<string>): Draft | undefined {
  const observer = observeBodies()
  for (const line of lines) if (line.trim() !== '') observer.add(line)
  return observer.draft(topic, owner)
}

/** The same for bodies that come one after the other: what is kept are facts per path, not the bodies. */
export function observeBodies() {
  const facts = new Map<string, PathFacts>()
  let rows = 0
  let refused = 0
  return {
    add(body: string): void {
      const recognised = recogniseBody(body)
      const payload = recognised.ok ? findJsonText(recognised.source.text, recognised.source.path) : undefined
      if (payload === undefined) {
        refused += 1
        return
      }
      observePayload(payload, facts)
      rows += 1
    },
    /** Undefined when no body was a message. */
    draft: (topic: string, owner: string): Draft | undefined =>
      rows === 0 ? undefined : toDraft(topic, owner, facts, rows, refused),
  }
}

function toDraft(
  topic: string,
  owner: string,
  facts: ReadonlyMap<string, PathFacts>,
  rows: number,
  refused: number,
): Draft {
  const columns = inferColumns(facts, rows)
  const key = guessKey(columns, facts, rows)
  const version = columns.filter(
    (c) => c.logicalType === 'timestamp' && /(updat|modif|chang|version)/.test(columnName(c.path)),
  )
  return {
    topic,
    owner,
    purpose: `Messages of ${topic}; say here what they are for.`,
    columns,
    keyPath: key.path,
    keyComments: key.comments,
    versionPath: version[0]?.path ?? null,
    versionComments: ['guess: by its name; which of two versions of a key is newer'],
    notes: [
      `From ${rows} messages${refused > 0 ? `; ${refused} lines were no message and are not counted` : ''}.`,
    ],
  }
}

function guessKey(
  columns: readonly DraftColumn[],
  facts: ReadonlyMap<string, PathFacts>,
  rows: number,
): { path: readonly string[] | null; comments: string[] } {
  const candidates = columns
    .filter((c) => c.logicalType === 'string' || c.logicalType === 'integer')
    .flatMap((c) => {
      const found = facts.get(JSON.stringify(c.path))
      const isInEveryRow = found !== undefined && found.seen - found.nulls === rows && !found.distinct.has('')
      return isInEveryRow
        ? [
            {
              path: c.path,
              distinct: found.isDistinctCut ? rows : found.distinct.size,
              named: nameScore(c.path),
            },
          ]
        : []
    })
    // Where versions of one thing are sent, its key repeats: a telling name counts for more than being unique.
    .filter((c) => c.distinct === rows || (c.named > 0 && c.distinct > rows / 10))
    .sort((a, b) => b.named - a.named || b.distinct - a.distinct || a.path.length - b.path.length)
  const [best, ...others] = candidates
  if (best === undefined) return { path: null, comments: [] }
  const comments = [`guess: ${best.distinct} different values in ${rows} rows`]
  if (others.length > 0)
    comments.push(
      `others: ${others
        .slice(0, 4)
        .map((c) => `${c.path.join('.')} (${c.distinct})`)
        .join(', ')}`,
    )
  return { path: best.path, comments }
}

const nameScore = (path: readonly string[]): number => {
  const name = columnName(path.slice(-1))
  if (/idempotency/.test(columnName(path))) return 3
  if (name === 'id' || name === 'key') return path.length === 1 ? 2 : 1
  return /_(id|key)$/.test(name) ? 2 : 0
}
