import { expect, test } from 'vitest'
import { readArguments } from './read-arguments.ts'

test('the command line of a deployment', () => {
  const argv = [
    'up',
    '--yes',
    '-f',
    '--stack',
    'organization/lean-ops/local',
    '--non-interactive',
    '--event-log',
    '/e.json',
    '--config',
    'aws:region=us-east-1',
    '--config',
    'aws:defaultTags={"tags":{"a":"b=c"}}',
  ]

  expect(readArguments(argv)).toEqual({
    command: 'up',
    stack: 'organization/lean-ops/local',
    app: 'lean-ops',
    stage: 'local',
    eventLog: '/e.json',
    config: new Map([
      ['aws:region', 'us-east-1'],
      ['aws:defaultTags', '{"tags":{"a":"b=c"}}'],
    ]),
    targets: [],
  })
})

test('the first command of a new stage', () => {
  expect(readArguments(['stack', 'init', 'organization/lean-ops/local'])).toMatchObject({
    app: 'lean-ops',
    stage: 'local',
  })
})

test('a stack without app or stage is refused', () => {
  expect(() => readArguments(['up', '--stack', 'local'])).toThrow(/organization\/<app>\/<stage>/)
})
