import { expect, test } from 'vitest'
import { countJunit } from './count-junit.ts'
import { countPlaywright } from './count-playwright.ts'
import { countVitest } from './count-vitest.ts'

test('a Vitest file that does not load counts as one failure', () => {
  const json = JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [{}] },
    ],
  })

  expect(countVitest(json)).toEqual({ passed: 3, failed: 2, skipped: 2 })
})

test('errors outside tests count as failures of pytest', () => {
  const xml = '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="10" time="1">'

  expect(countJunit(xml)).toEqual({ passed: 6, failed: 3, skipped: 1 })
})

test('a flaky browser test is a failed one', () => {
  const json = JSON.stringify({ stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 0 }, errors: [] })

  expect(countPlaywright(json)).toEqual({ passed: 4, failed: 2, skipped: 0 })
})
