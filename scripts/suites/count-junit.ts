import type { Counts } from '../test.ts'

/** Counts of a JUnit report as pytest writes it: one `testsuite` element with its sums, `testcase` elements. */
export function countJunit(xml: string): Counts {
  const suite = /<testsuite\b[^>]*>/.exec(xml)?.[0] ?? ''
  const sum = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0)
  const failed = sum('failures') + sum('errors')
  const skipped = sum('skipped')
  return { passed: sum('tests') - failed - skipped, failed, skipped, failures: failures(xml), flaky: [] }
}

function failures(xml: string): Counts['failures'] {
  return [...xml.matchAll(/<testcase\b([^>]*[^/])>\s*<(?:failure|error)\b([^>]*)>/g)].map(
    ([, test = '', failure = '']) => ({
      name: [attribute(test, 'classname'), attribute(test, 'name')].join(' › '),
      message: attribute(failure, 'message'),
    }),
  )
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', '#10': '\n' }

function attribute(attributes: string, name: string): string {
  const text = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
  return text.replace(/&([^;]+);/g, (whole, entity: string) => entities[entity] ?? whole)
}
