import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { pickPort } from './pick-port.ts'

test('a free preferred port is kept, a taken one is replaced', async () => {
  const free = await pickPort(0, new Set())
  expect(await pickPort(free, new Set())).toBe(free)

  const server = createServer()
  await new Promise<void>((resolve) => server.listen(free, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())

  const other = await pickPort(free, new Set())
  expect(other).toBeGreaterThan(0)
  expect(other).not.toBe(free)
})

test('a port promised to another part is not given twice', async () => {
  const free = await pickPort(0, new Set())

  expect(await pickPort(free, new Set([free]))).not.toBe(free)
})
