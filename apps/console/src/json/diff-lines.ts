export type DiffLine = { kind: 'same' | 'removed' | 'added'; text: string }

/** Beyond this many cells a table of common lines would take longer than a glance: the middle is then shown as replaced. */
const cellsMax = 1_000_000

type IsSame = (a: string | undefined, b: string | undefined) => boolean

const isEqual: IsSame = (a, b) => a === b

/** The same but for white space at the ends: a value that only moved in or out is not a change. */
export const isEqualButIndent: IsSame = (a, b) => a?.trim() === b?.trim()

/** Two texts line by line: common lines once (as they are after), else what is gone before what is new. */
export function diffLines(before: string, after: string, isSame = isEqual): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && isSame(a[head], b[head])) head += 1
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && isSame(a.at(-1 - tail), b.at(-1 - tail)))
    tail += 1
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return [
    ...same(b.slice(0, head)),
    ...diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), isSame),
    ...same(b.slice(b.length - tail)),
  ]
}

function diffMiddle(a: readonly string[], b: readonly string[], isSame: IsSame): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text })
  const added = (text: string): DiffLine => ({ kind: 'added', text })
  if (a.length * b.length > cellsMax) return [...a.map(removed), ...b.map(added)]
  // common[i][j]: length of the longest common subsequence of a[i…] and b[j…]
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] = isSame(a[i], b[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && right !== undefined && isSame(left, right)) {
      lines.push({ kind: 'same', text: right })
      i += 1
      j += 1
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(left))
      i += 1
    } else if (right !== undefined) {
      lines.push(added(right))
      j += 1
    }
  }
  return lines
}

export type DiffPart = { kind: 'lines'; lines: DiffLine[] } | { kind: 'gap'; count: number }

/** The changed lines with `context` unchanged ones around; the rest as gaps with their lengths. */
export function foldDiff(lines: readonly DiffLine[], context: number): DiffPart[] {
  const isNear = lines.map(() => false)
  lines.forEach((line, index) => {
    if (line.kind === 'same') return
    for (
      let near = Math.max(0, index - context);
      near <= Math.min(lines.length - 1, index + context);
      near += 1
    )
      isNear[near] = true
  })
  const parts: DiffPart[] = []
  lines.forEach((line, index) => {
    const last = parts.at(-1)
    if (isNear[index]) {
      if (last?.kind === 'lines') last.lines.push(line)
      else parts.push({ kind: 'lines', lines: [line] })
    } else if (last?.kind === 'gap') last.count += 1
    else parts.push({ kind: 'gap', count: 1 })
  })
  return parts
}
