import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Checkpoint,
  chooseCheckpoint,
  emptyCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts'
import { createCheckpointWriter } from './checkpoint-writer.ts'
import type { ResourceState } from './resource-state.ts'

const resource = (name: string, id?: string): ResourceState => ({
  urn: `urn::${name}`,
  type: 't',
  custom: true,
  inputs: { name },
  outputs: {},
  ...(id && { id }),
})
const at = (serial: string | undefined, sequence: number, base?: string): Checkpoint => ({
  ...emptyCheckpoint,
  sequence,
  ...(serial !== undefined && { serial }),
  ...(base !== undefined && { base }),
})

describe('which checkpoint counts', () => {
  test.each([
    ['no copy', at('a', 3), undefined, 'pulled'],
    ['the copy is older', at('a', 3), at('a', 2), 'pulled'],
    ['the copy is later: the CLI died before it pushed', at('a', 3), at('a', 4), 'copy'],
    ['the copy is the next deployment, never pushed', at('a', 3), at('b', 4, 'a'), 'copy'],
    ['the first deployment was never pushed', at(undefined, 0), at('b', 4), 'copy'],
    ['the copy is of another history', at('a', 3), at('c', 9, 'b'), 'pulled'],
    ['the copy is from before the last deployment', at('b', 3, 'a'), at('a', 9), 'pulled'],
    ['the stack was removed and made anew', at(undefined, 0), at('b', 9, 'a'), 'pulled'],
  ])('%s', (_, pulled, copy, expected) => {
    expect(chooseCheckpoint(pulled, copy)).toBe(expected === 'copy' ? copy : pulled)
  })
})

describe('writing while deploying', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'checkpoint-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const open = (file: string, before: Checkpoint, serial = 'new', pulledSerial = before.serial) =>
    createCheckpointWriter({
      files: [file],
      stack: 's',
      serial,
      endpoint: 'http://127.0.0.1:1',
      before,
      pulledSerial,
    })

  test('two deployments whose CLI died, one after the other: the third knows what both made', async () => {
    const copy = path.join(folder, 'copy.json')
    const pulled = at('a', 1)
    for (const serial of ['b', 'c']) {
      const dying = open(copy, chooseCheckpoint(pulled, await readCheckpoint(copy)), serial, pulled.serial)
      dying.change()
      dying.record(resource(`made by ${serial}`, 'id'))
      await dying.flush()
    }

    const third = chooseCheckpoint(pulled, await readCheckpoint(copy))

    expect(third.resources.map(({ urn }) => urn).sort()).toEqual(['urn::made by b', 'urn::made by c'])
  })

  test('a resource that was begun and never recorded is found again with the name it would have got', async () => {
    const file = path.join(folder, 'begun.json')
    const dying = open(file, emptyCheckpoint)
    dying.change()
    dying.record(resource('done', 'id'))
    dying.begin(resource('half'))
    await dying.flush()

    const before = await readCheckpoint(file)

    expect(before?.resources).toEqual([resource('done', 'id')])
    expect(before?.pending).toEqual([resource('half')])
    const next = open(file, before ?? emptyCheckpoint)
    expect(next.find('urn::half')).toEqual(resource('half'))
    expect(next.unseen().map(({ urn }) => urn)).toEqual(['urn::done', 'urn::half'])
  })

  test('a half-made resource stays noted until it is recorded or forgotten', async () => {
    const file = path.join(folder, 'half.json')
    const writer = open(file, { ...emptyCheckpoint, pending: [resource('a'), resource('b')] })
    writer.change()
    writer.record(resource('a', 'id'))
    await writer.flush()
    expect((await readCheckpoint(file))?.pending).toEqual([resource('b')])

    writer.forget('urn::b')
    await writer.flush()
    expect((await readCheckpoint(file))?.pending).toEqual([])
  })

  test('resources of the earlier deployment stay until this one met or removed them', async () => {
    const file = path.join(folder, 'kept.json')
    const writer = open(file, {
      ...emptyCheckpoint,
      serial: 'old',
      resources: [resource('a', '1'), resource('b', '2')],
    })
    writer.record(resource('b', '3'))
    await writer.flush()

    const written = await readCheckpoint(file)

    expect(written?.resources).toEqual([resource('b', '3'), resource('a', '1')])
    expect(written?.serial).toBe('old')
  })

  test('a thousand records at once are all on disk when their flushes resolve, and nothing else stays behind', async () => {
    const file = path.join(folder, 'many', 'many.json')
    const writer = open(file, emptyCheckpoint)
    await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        writer.record(resource(`r${i}`, String(i)))
        await writer.flush()
      }),
    )

    expect((await readCheckpoint(file))?.resources).toHaveLength(1000)
    expect(await readdir(path.dirname(file))).toEqual(['many.json'])
  })

  test('what was written is read back whole', async () => {
    const file = path.join(folder, 'whole.json')
    const checkpoint = {
      ...at('a', 7, 'b'),
      endpoint: 'http://127.0.0.1:2',
      resources: [resource('a', '1')],
      pending: [resource('b')],
    }

    await writeCheckpoint([file], 'organization/app/local', checkpoint)

    expect(await readCheckpoint(file)).toEqual(checkpoint)
    expect(await readCheckpoint(path.join(folder, 'none.json'))).toBeUndefined()
  })
})
