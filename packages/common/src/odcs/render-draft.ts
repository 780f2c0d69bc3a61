import { columnName } from './compile-columns.ts'
import { ruleEngine } from './compile-rules.ts'
import type { Draft, DraftColumn } from './draft-contract.ts'
import { isReservedColumn } from './reserved-columns.ts'

type Node = { name: string; column: DraftColumn | null; children: Map<string, Node> }

/** The draft as the text of `<topic>.odcs.yaml`. `id` = a new UUID. Guesses stand in comments beside what they are about. */
export function renderDraft(draft: Draft, id: string): string {
  const lines = [
    '# A draft: read it line by line, settle every guess, then set status: active and version: 1.0.0.',
    ...draft.notes.map((note) => `# ${oneLine(note)}`),
    'apiVersion: v3.1.0',
    'kind: DataContract',
    `id: ${id}`,
    `name: ${draft.topic}`,
    'version: 0.1.0',
    'status: draft',
    'description:',
    `  purpose: ${scalar(draft.purpose)}`,
    'team:',
    `  name: ${scalar(draft.owner)}`,
  ]
  if (draft.columns.length > 0) {
    lines.push('schema:', `  - name: ${scalar(draft.topic)}`, '    logicalType: object', '    properties:')
    lines.push(...renderNodes(treeOf(named(draft)), 6, draft.keyPath))
  }
  lines.push('slaProperties:', '  - { property: latency, value: 60, unit: m } # guess: nobody has agreed it')
  if (draft.keyPath !== null || draft.versionPath !== null) {
    lines.push('customProperties:')
    lines.push(...pathSetting('keyPath', draft.keyPath, draft.keyComments))
    lines.push(...pathSetting('versionPath', draft.versionPath, draft.versionComments))
  }
  return `${lines.join('\n')}\n`
}

function pathSetting(
  property: string,
  path: readonly string[] | null,
  comments: readonly string[],
): string[] {
  if (path === null) return []
  const value = path.some((name) => name.includes('.')) ? JSON.stringify(path) : scalar(path.join('.'))
  return [`  - { property: ${property}, value: ${value} }${commentOf(comments)}`]
}

/** Columns with a name of their own wherever the derived one is taken. */
function named(draft: Draft): DraftColumn[] {
  const taken = new Set<string>()
  return draft.columns.map((column) => {
    const wanted = column.physicalName ?? columnName(column.path)
    let name = /^[a-z_]/.test(wanted) ? wanted : `c_${wanted}`
    if (isReservedColumn(name)) name = `payload_${name}`
    const base = name.slice(0, 120)
    for (let n = 2; taken.has(name); n += 1) name = `${base}_${n}`
    taken.add(name)
    const { physicalName: _, ...rest } = column
    return name === columnName(column.path) ? rest : { ...rest, physicalName: name }
  })
}

function treeOf(columns: readonly DraftColumn[]): Map<string, Node> {
  const root = new Map<string, Node>()
  for (const column of columns) {
    let level = root
    let node: Node | undefined
    for (const name of column.path) {
      node = level.get(name) ?? { name, column: null, children: new Map() }
      level.set(name, node)
      level = node.children
    }
    if (node) node.column = column
  }
  return root
}

function renderNodes(nodes: Map<string, Node>, indent: number, keyPath: readonly string[] | null): string[] {
  const pad = ' '.repeat(indent)
  return [...nodes.values()].flatMap((node) =>
    node.children.size > 0
      ? [
          `${pad}- name: ${scalar(node.name)}`,
          `${pad}  logicalType: object`,
          `${pad}  properties:`,
          ...renderNodes(node.children, indent + 4, keyPath),
        ]
      : node.column === null
        ? []
        : renderColumn(node.name, node.column, pad, keyPath),
  )
}

function renderColumn(
  name: string,
  column: DraftColumn,
  pad: string,
  keyPath: readonly string[] | null,
): string[] {
  const isKey = keyPath !== null && JSON.stringify(keyPath) === JSON.stringify(column.path)
  const fields = [
    `name: ${scalar(name)}`,
    `logicalType: ${column.logicalType}`,
    ...(column.physicalType === undefined ? [] : [`physicalType: ${scalar(column.physicalType)}`]),
    ...(column.physicalName === undefined ? [] : [`physicalName: ${scalar(column.physicalName)}`]),
    ...(column.isRequired || isKey ? ['required: true'] : []),
    ...(isKey ? ['primaryKey: true'] : []),
    ...(column.isCritical || isKey ? ['criticalDataElement: true'] : []),
    ...(column.classification === undefined ? [] : [`classification: ${column.classification}`]),
    ...(column.description === undefined ? [] : [`description: ${scalar(column.description)}`]),
    ...(column.rules === undefined || column.rules.length === 0
      ? []
      : [
          `quality: ${JSON.stringify(
            column.rules.map((r) => ({
              name: r.name,
              type: 'custom',
              engine: ruleEngine,
              implementation: r.implementation,
            })),
          )}`,
        ]),
  ]
  const [first, ...rest] = fields
  return [`${pad}- ${first}${commentOf(column.comments)}`, ...rest.map((field) => `${pad}  ${field}`)]
}

const commentOf = (comments: readonly string[]): string =>
  comments.length === 0 ? '' : ` # ${comments.map(oneLine).join('; ')}`

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** JSON strings are YAML strings; plain words stay bare, unless YAML would read them as something else. */
const scalar = (text: string): string =>
  /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)
