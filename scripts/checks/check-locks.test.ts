import { expect, test } from 'vitest'
import { findLockFaults } from './check-locks.ts'

const header = '# of these pins'
const hash = `--hash=sha256:${'0'.repeat(64)}`
const lock = `${header}
click==8.5.1 \\
    ${hash} \\
    ${hash}
duckdb-extension-avro==1.5.5 ; sys_platform == 'linux' \\
    ${hash}
`
const pins = ['click[a,b]==8.5.1', 'duckdb_extension_avro==1.5.5']

test('a lock of its pins is right, however their names are spelt', () => {
  expect(findLockFaults(header, pins, lock)).toEqual([])
})

test.each([
  [
    'pins that were changed since',
    '# of other pins',
    pins,
    lock,
    'was not made from its requirements as they are',
  ],
  ['another version', header, ['click==8.5.2'], lock, 'has no click==8.5.2'],
  [
    'a package without a hash',
    header,
    pins,
    lock.replace(`5.5 ; sys_platform == 'linux' \\\n    ${hash}`, '5.5'),
    'has no hash of duckdb-extension-avro==1.5.5',
  ],
])('notices %s', (_, first, wanted, text, fault) => {
  expect(findLockFaults(first, wanted, text)).toEqual([fault])
})
