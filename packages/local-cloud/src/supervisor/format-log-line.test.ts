import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { formatLogLine } from './format-log-line.ts'

const plain = (line: string): string => stripVTControlCharacters(formatLogLine(line))

test('a structured line shows level, message and what is particular to it', () => {
  const line = JSON.stringify({ level: 'INFO', message: 'landed', service: 'x', topic: 'orders', count: 3 })

  expect(plain(line)).toBe('INFO landed topic=orders count=3')
})

test('metrics that counted something are shown, other texts stay as they are', () => {
  expect(plain('{"_aws":{},"service":"x","Landed":3,"Refused":0}')).toBe('metrics Landed=3')
  expect(plain('plain words')).toBe('plain words')
  expect(plain('{ not json')).toBe('{ not json')
})
