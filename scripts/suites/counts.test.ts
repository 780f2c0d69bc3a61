import { expect, test } from 'vitest'
import { countJunit } from './count-junit.ts'
import { countPlaywright } from './count-playwright.ts'
import { countVitest } from './count-vitest.ts'

test('a Vitest file that does not load counts as one failure, and every failure is named', () => {
  const file = import.meta.filename
  const json = JSON.stringify({
    numPassedTests: 4,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      {
        name: file,
        status: 'failed',
        assertionResults: [{ status: 'failed', fullName: 'adds', failureMessages: ['1 is not 2'] }],
      },
      { name: file, status: 'failed', message: 'Cannot find module', assertionResults: [] },
      {
        name: file,
        status: 'passed',
        assertionResults: [
          { status: 'passed', fullName: 'is' },
          { status: 'passed', fullName: 'waits', failureMessages: ['not yet'] },
        ],
      },
    ],
  })

  expect(countVitest(json)).toEqual({
    passed: 4,
    failed: 2,
    skipped: 2,
    failures: [
      { name: 'scripts/suites/counts.test.ts', message: 'Cannot find module' },
      { name: 'scripts/suites/counts.test.ts › adds', message: '1 is not 2' },
    ],
    flaky: [{ name: 'scripts/suites/counts.test.ts › waits', message: 'not yet' }],
  })
})

test('errors outside tests count as failures of pytest, and every failure is named', () => {
  const xml = `<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="10" time="1">
    <testcase classname="tests.a" name="test_well" time="0.1" />
    <testcase classname="tests.a" name="test_wrong[x&gt;1]" time="0.1"><failure message="assert 1 == 2&#10;more">…</failure></testcase>
  </testsuite></testsuites>`

  expect(countJunit(xml)).toEqual({
    passed: 6,
    failed: 3,
    skipped: 1,
    failures: [{ name: 'tests.a › test_wrong[x>1]', message: 'assert 1 == 2\nmore' }],
    flaky: [],
  })
})

test('a browser test that failed is named, and so is one that passed at its second try', () => {
  const json = JSON.stringify({
    stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 0 },
    errors: [],
    suites: [
      {
        specs: [spec('reads', 'unexpected', ['Not found'])],
        suites: [{ specs: [spec('signs in', 'expected', []), spec('acts', 'flaky', ['Timed out'])] }],
      },
    ],
  })

  expect(countPlaywright(json)).toEqual({
    passed: 5,
    failed: 1,
    skipped: 0,
    failures: [{ name: 'a.spec.ts › reads', message: 'Not found' }],
    flaky: [{ name: 'a.spec.ts › acts', message: 'Timed out' }],
  })
})

function spec(title: string, status: string, messages: readonly string[]): object {
  return {
    title,
    file: 'a.spec.ts',
    ok: status === 'expected',
    tests: [{ status, results: [{ errors: messages.map((message) => ({ message })) }] }],
  }
}
