import type { ColumnType } from './column-type.ts'
import { compareValues } from './compare-values.ts'
import type { Rule } from './contract-model.ts'

const compiled = new Map<string, RegExp>()

/** True when a canonical value keeps the rule. Bounds are inclusive, enums exact, patterns match the whole value, lengths count code points. */
export function checkRule(rule: Rule, value: string, type: ColumnType): boolean {
  switch (rule.kind) {
    case 'range':
      return (
        (rule.minimum === null || compareValues(value, rule.minimum, type) >= 0) &&
        (rule.maximum === null || compareValues(value, rule.maximum, type) <= 0)
      )
    case 'enum':
      return rule.values.includes(value)
    case 'pattern':
      return expressionOf(rule.pattern).test(value)
    case 'length': {
      const length = codePoints(value)
      return (rule.minimum ?? 0) <= length && length <= (rule.maximum ?? Number.POSITIVE_INFINITY)
    }
  }
}

function expressionOf(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  const expression = new RegExp(`^(?:${pattern})$`, 'u')
  compiled.set(pattern, expression)
  return expression
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
