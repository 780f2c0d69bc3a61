import type { JsonNode } from './scan-json.ts'

/** A JSON text with one value a line. Values are copied as they are written: only white space between them changes. */
export function spreadJson(text: string, nodes: readonly JsonNode[]): string {
  const lines: string[] = []
  const open: { end: number; closer: string; depth: number; left: number }[] = []
  let line = ''
  const indent = (depth: number) => '  '.repeat(depth)
  const finish = () => {
    for (let top = open.at(-1); top && top.left === 0; top = open.at(-1)) {
      open.pop()
      lines.push(line)
      line = `${indent(top.depth)}${top.closer}`
      const parent = open.at(-1)
      if (parent) {
        parent.left -= 1
        if (parent.left > 0) line += ','
      }
    }
  }
  for (const node of nodes) {
    if (line !== '') lines.push(line)
    const key = node.key ? `${text.slice(node.key[0], node.key[1])}: ` : ''
    const isContainer = node.kind === 'object' || node.kind === 'array'
    if (isContainer && node.members > 0) {
      line = `${indent(node.depth)}${key}${node.kind === 'object' ? '{' : '['}`
      open.push({
        end: node.end,
        closer: node.kind === 'object' ? '}' : ']',
        depth: node.depth,
        left: node.members,
      })
      continue
    }
    const value = isContainer ? (node.kind === 'object' ? '{}' : '[]') : text.slice(node.start, node.end)
    line = `${indent(node.depth)}${key}${value}`
    const parent = open.at(-1)
    if (!parent) continue
    parent.left -= 1
    if (parent.left > 0) line += ','
    else finish()
  }
  lines.push(line)
  return lines.join('\n')
}
