import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test, vi } from 'vitest'
import { createScenario } from '../scenarios/scenario.ts'
import { type RowReader, startRowReader } from '../scenarios/start-row-reader.ts'
import type { RecordedProcess } from '../supervisor/run-file.ts'
import type { TestCloud } from '../testing/local-cloud.ts'
import type { SentMessage } from '../traffic/send-traffic.ts'
import { createDrillCloud } from './drill-cloud.ts'

const drillMs = 900_000
/** The emulator saves every two seconds: what is older than this survives a kill. */
const savedMs = 6_000
const drill = createDrillCloud('kill')
let reader: RowReader | undefined
afterAll(async () => {
  await reader?.end()
  await drill.end()
})

const ids = (messages: readonly { readonly sqs_message_id: string }[]): string[] =>
  messages.map((row) => row.sqs_message_id).sort()
const sentIds = (truth: readonly SentMessage[]): string[] => truth.map((m) => m.sqsMessageId).sort()

async function rowsOf(cloud: TestCloud, truth: readonly SentMessage[]): Promise<string[]> {
  reader ??= startRowReader(cloud.endpoint)
  const scenario = createScenario(cloud, 0, reader)
  try {
    return ids(await scenario.rowsOf(truth, 'orders'))
  } finally {
    await scenario.end()
  }
}

async function send(cloud: TestCloud, seed: number, count: number): Promise<SentMessage[]> {
  reader ??= startRowReader(cloud.endpoint)
  const scenario = createScenario(cloud, seed, reader)
  try {
    return await scenario.send({ topics: ['orders'], count })
  } finally {
    await scenario.end()
  }
}

const find = (name: string): RecordedProcess | undefined =>
  drill.run().processes.find((process) => process.name === name)

async function killAndAwait(name: string): Promise<void> {
  const before = find(name)
  process.kill(before?.pid ?? 0, 'SIGKILL')
  await vi.waitFor(
    () => {
      expect(find(name)?.pid).not.toBe(before?.pid)
      expect(find(name)?.state).toBe('ready')
    },
    { timeout: 120_000, interval: 200 },
  )
}

test('killed processes come back, a killed supervisor leaves nothing behind, and no message is lost', {
  timeout: drillMs,
}, async () => {
  const cloud = await drill.start()
  const first = await send(cloud, 1, 120)
  expect(await rowsOf(cloud, first)).toEqual(sentIds(first))

  // The database and the API, while messages are under way.
  const second = await send(cloud, 2, 120)
  await killAndAwait('postgres')
  await killAndAwait('api')
  expect((await fetch(`${cloud.apiUrl}/healthz`)).status).toBe(200)
  expect(await rowsOf(cloud, second)).toEqual(sentIds(second))

  // The emulator, after it has saved: queues, tables and settings are there again.
  await sleep(savedMs)
  await killAndAwait('emulator')
  const third = await send(cloud, 3, 120)
  expect(await rowsOf(cloud, third)).toEqual(sentIds(third))

  // The supervisor itself: everything ends with it, and the next start goes on where it was.
  await sleep(savedMs)
  await drill.killSupervisor()
  const again = await drill.start()
  expect(again).toEqual(cloud)
  const all = [...first, ...second, ...third]
  expect(await rowsOf(again, all)).toEqual(sentIds(all))
  const fourth = await send(again, 4, 120)
  expect(await rowsOf(again, fourth)).toEqual(sentIds(fourth))
})
