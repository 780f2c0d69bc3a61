import type { JsonNode } from './scan-json.ts'

/** Indexes of the nodes that are to be seen when the containers in `folded` hide what is in them. */
export function visibleNodes(nodes: readonly JsonNode[], isFolded: (index: number) => boolean): number[] {
  const visible: number[] = []
  for (let index = 0; index < nodes.length; index += 1) {
    visible.push(index)
    const node = nodes[index]
    if (node && node.descendants > 0 && isFolded(index)) index += node.descendants
  }
  return visible
}

/** The JSON path of a node, e.g. `$.items[3].price`. */
export function pathOf(
  nodes: readonly JsonNode[],
  index: number,
  keyText: (node: JsonNode) => string,
): string {
  const steps: string[] = []
  let depth = nodes[index]?.depth ?? 0
  for (let at = index; at >= 0 && depth >= 0; at -= 1) {
    const node = nodes[at]
    if (!node || node.depth !== depth) continue
    if (node.depth > 0) {
      const key = node.key === null ? `[${node.index}]` : stepOf(keyText(node))
      steps.unshift(key)
    }
    depth -= 1
  }
  return `$${steps.join('')}`
}

function stepOf(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}
