import path from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { compileContract } from './compile-contract.ts'
import type { ContractFault } from './contract-fault.ts'
import type { ContractModel } from './contract-model.ts'
import { TopicContract } from './topic-contract.ts'
import type { StandardValidator } from './validate-standard.ts'

export type ParsedContract = { contract?: TopicContract; model?: ContractModel; faults: ContractFault[] }

type Options = {
  validateStandard?: StandardValidator | undefined
  /** The topic must be the file's name; false for a file that lies elsewhere under any name. */
  isNameChecked?: boolean
}

/**
 * Parses one contract file: YAML, the published JSON Schema (when its validator is given), the fields we read, our rules.
 * Never throws. `contract` and `model` are there only without faults.
 */
export function parseContract(
  file: string,
  text: string,
  { validateStandard, isNameChecked = true }: Options = {},
): ParsedContract {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0)
    return {
      faults: document.errors.map((e) => ({
        file,
        path: '',
        line: e.linePos?.[0].line ?? null,
        message: `not YAML: ${e.message.split('\n')[0]}`,
        remedy: 'correct the text at this place',
      })),
    }
  const lineOf = (place: readonly (string | number)[]): number | null => {
    // The nearest ancestor that is written in the file: what is missing has no line of its own.
    for (let length = place.length; length > 0; length -= 1) {
      const node = document.getIn(place.slice(0, length), true)
      const offset = rangeStart(node)
      if (offset !== undefined) return lines.linePos(offset).line
    }
    return null
  }
  const fault = (place: readonly PropertyKey[], message: string, remedy: string): ContractFault => {
    const keys = place.map((k) => (typeof k === 'number' ? k : String(k)))
    return { file, path: keys.join('.'), line: lineOf(keys), message, remedy }
  }
  const value: unknown = document.toJS()
  const parsed = TopicContract.safeParse(value)
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => fault(issue.path, issue.message, remedyOf(issue)))
  const told = new Set(faults.map((f) => f.path))
  for (const f of validateStandard?.(value) ?? [])
    if (!told.has(f.path.join('.'))) faults.push(fault(f.path, f.message, f.remedy))
  if (!parsed.success) return { faults }
  const expected = `${parsed.data.name}.odcs.yaml`
  if (isNameChecked && path.basename(file) !== expected)
    faults.push(
      fault(
        ['name'],
        `the topic "${parsed.data.name}" does not belong in this file`,
        `call the file ${expected}`,
      ),
    )
  const compiled = compileContract(parsed.data)
  faults.push(...compiled.faults.map((f) => fault(f.path, f.message, f.remedy)))
  return faults.length > 0 ? { faults } : { contract: parsed.data, model: compiled.model, faults }
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}

function remedyOf(issue: z.core.$ZodIssue): string {
  const key = String(issue.path.at(-1) ?? '')
  if (issue.code === 'invalid_value') return `use ${issue.values.map((v) => String(v)).join(' | ')}`
  if (issue.code === 'invalid_type') return `add ${key === '' ? 'it' : key} as ${issue.expected}`
  return `correct ${key}; docs/contracts.md shows a whole contract`
}
