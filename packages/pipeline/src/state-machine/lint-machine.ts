import { createRequire } from 'node:module'
import jsonata from 'jsonata'

type Validation = { isValid: boolean; errorsText: (separator?: string) => string }
type Validate = (definition: unknown, options?: object) => Validation
/** CommonJS without types for `import`. */
const validate: Validate = createRequire(import.meta.url)('asl-validator')

type Machine = { StartAt: string; States: Record<string, Record<string, unknown>> }

/**
 * What is wrong with a state machine, one sentence each: the language's own schema, every JSONata expression (does it
 * compile, does it read a variable that no state assigns), and our rules: each task retries with full jitter, has a
 * time-out, and catches everything. Empty = nothing.
 */
export function lintMachine(definition: Machine): string[] {
  const schema = validate(definition, { checkArn: false, checkPaths: false })
  const assigned = new Set(Object.values(definition.States).flatMap(assignedNames))
  return [
    ...(schema.isValid ? [] : [`the language: ${schema.errorsText('; ')}`]),
    ...Object.entries(definition.States).flatMap(([name, state]) => [
      ...lintExpressions(name, state, assigned),
      ...(state.Type === 'Task' ? lintTask(name, state) : []),
    ]),
  ]
}

/** Whole-text expressions, as Step Functions knows them. */
const expression = /^\{%(.*)%\}$/s
/** What Step Functions and JSONata bring along, beside built-in functions (which are called, so followed by a bracket). */
const known = new Set(['states'])

function lintExpressions(name: string, state: unknown, assigned: ReadonlySet<string>): string[] {
  return textsIn(state).flatMap((text) => {
    const [, source] = expression.exec(text) ?? []
    if (source === undefined)
      return text.includes('{%') ? [`${name}: "${text}" is only in part an expression`] : []
    try {
      jsonata(source)
    } catch (error) {
      return [`${name}: ${source.trim()}: ${error instanceof Error ? error.message : String(error)}`]
    }
    const used = [...source.matchAll(/\$([A-Za-z]\w*)\b(?!\s*\()/g)].flatMap(([, variable]) => variable ?? [])
    return used
      .filter((variable) => !known.has(variable) && !assigned.has(variable))
      .map((variable) => `${name}: $${variable} is assigned nowhere`)
  })
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function assignedNames(state: Record<string, unknown>): string[] {
  const catchers = Array.isArray(state.Catch) ? state.Catch : []
  return [state, ...catchers].flatMap((holder) => Object.keys(Object(holder).Assign ?? {}))
}

function lintTask(name: string, state: Record<string, unknown>): string[] {
  const retries = Array.isArray(state.Retry) ? state.Retry : []
  const catches = Array.isArray(state.Catch) ? state.Catch : []
  return [
    ...(typeof state.TimeoutSeconds === 'number' ? [] : [`${name}: no TimeoutSeconds`]),
    ...(retries.length > 0 ? [] : [`${name}: no Retry`]),
    ...(retries.every((r) => r.JitterStrategy === 'FULL') ? [] : [`${name}: a Retry without full jitter`]),
    ...(catches.some((c) => c.ErrorEquals?.includes('States.ALL'))
      ? []
      : [`${name}: does not catch everything`]),
  ]
}
