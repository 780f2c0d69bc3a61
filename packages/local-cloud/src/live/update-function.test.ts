import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { expect, onTestFinished, test } from 'vitest'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { rootDir } from '../supervisor/local-paths.ts'
import { startTestEmulator } from '../testing/emulator.ts'
import { scanInputs } from './scan-inputs.ts'
import { updateFunction } from './update-function.ts'

const handler = (answer: string): string => `
import { readFile } from 'node:fs/promises'
import { word } from './word.ts'
export const handler = async () => word + '${answer}' + await readFile(new URL('topics.json', import.meta.url), 'utf8')
`

async function sources(): Promise<{ folder: string; source: string }> {
  // Inside the clone, as esbuild names sources relative to it.
  const folder = await mkdtemp(path.join(rootDir, '.local/live-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(path.join(folder, 'word.ts'), `export const word: string = 'says '`)
  const source = path.join(folder, 'handler.ts')
  await writeFile(source, handler('one'))
  return { folder, source }
}

test('a saved source is what the function runs, with the other files of its zip kept', async () => {
  const emulator = await startTestEmulator({ AUTH: 'false' })
  onTestFinished(() => emulator.stop())
  const lambda = new LambdaClient(localClientOptions(emulator.endpoint))
  const { source } = await sources()
  const files = { 'bundle.mjs': Buffer.from('export const handler = 1'), 'topics.json': Buffer.from('{}') }
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'live',
      Runtime: 'nodejs22.x',
      Handler: 'bundle.handler',
      Role: 'arn:aws:iam::000000000000:role/none',
      Code: { ZipFile: zipSync(files) },
    }),
  )
  const answer = async (): Promise<unknown> => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'live' }))
    return JSON.parse(Payload?.transformToString() ?? 'null')
  }

  expect(await updateFunction(lambda, 'live', source)).toBe('updated')
  expect(await answer()).toBe('says one{}')
  expect(await updateFunction(lambda, 'live', source)).toBe('same')

  await writeFile(source, handler('two'))
  expect(await updateFunction(lambda, 'live', source)).toBe('updated')
  expect(await answer()).toBe('says two{}')

  await writeFile(source, 'export const handler = ((')
  await expect(updateFunction(lambda, 'live', source)).rejects.toThrow('Unexpected end of file')
  expect(await answer()).toBe('says two{}')
})

test('a scan finds our own files of every entry and leaves packages out', async () => {
  const { folder, source } = await sources()
  const processor = path.join(rootDir, 'packages/pipeline/src/handlers/sqs-processor.ts')

  const inputs = await scanInputs([source, processor])

  expect([...(inputs.get(source) ?? [])].sort()).toEqual([source, path.join(folder, 'word.ts')].sort())
  const ours = [...(inputs.get(processor) ?? [])]
  expect(ours).toContain(path.join(rootDir, 'packages/common/src/topics/topic-registry.ts'))
  expect(ours.filter((file) => file.includes('node_modules'))).toEqual([])
})
