import { describe, expect, it } from 'vitest'
import { parseTableHead } from './parse-table-head.ts'

const metadata = (current: string, snapshots: string) =>
  `{"format-version":2,"current-snapshot-id":${current},"snapshots":${snapshots}}`

describe('parseTableHead', () => {
  it('keeps every digit of a 64-bit snapshot id', () => {
    const text = metadata(
      '9007199254740993',
      `[{"snapshot-id":9007199254740992,"timestamp-ms":1,"summary":{"total-records":"1"}},
        {"snapshot-id":9007199254740993,"timestamp-ms":1763899200000,"summary":{"operation":"append","total-records":"1192882"}}]`,
    )

    expect(parseTableHead(text)).toEqual({
      snapshotId: '9007199254740993',
      rows: 1_192_882,
      committedAt: new Date('2025-11-23T12:00:00Z'),
      earlier: [],
    })
  })

  it.each(['null', '-1'])('reads a table without a commit (%s) as empty', (current) => {
    expect(parseTableHead(metadata(current, '[]'))).toEqual({
      snapshotId: null,
      rows: 0,
      committedAt: null,
      earlier: [],
    })
  })

  it('follows the main branch back, oldest first, without branches and without what has expired', () => {
    const snapshot = (id: number, parent: number, rows: number) =>
      `{"snapshot-id":${id},"parent-snapshot-id":${parent},"timestamp-ms":0,"summary":{"total-records":"${rows}"}}`
    const text = metadata(
      '5',
      `[${[snapshot(2, 1, 10), snapshot(3, 2, 30), snapshot(4, 2, 99), snapshot(5, 3, 60)]}]`,
    )

    expect(parseTableHead(text)).toMatchObject({
      rows: 60,
      earlier: [
        { snapshotId: '2', rows: 10 },
        { snapshotId: '3', rows: 30 },
      ],
    })
  })

  it('does not invent a row count that the writer left out', () => {
    const text = metadata('5', '[{"snapshot-id":5,"timestamp-ms":0,"summary":{"operation":"append"}}]')

    expect(parseTableHead(text).rows).toBeNull()
  })

  const only = (id: string) => metadata(id, `[{"snapshot-id":${id},"timestamp-ms":0}]`)

  it('takes the greatest long there is', () => {
    expect(parseTableHead(only('9223372036854775807')).snapshotId).toBe('9223372036854775807')
  })

  // One such id would fail the statement that plans all topics of a run.
  it.each(['9223372036854775808', '18446744073709551615', '1.5', '-7'])(
    'refuses %s as a snapshot id',
    (id) => {
      expect(() => parseTableHead(only(id))).toThrow('64-bit')
    },
  )

  it.each(['', '{', '[]', metadata('5', '[]')])('refuses %j', (text) => {
    expect(() => parseTableHead(text)).toThrow()
  })
})
