import { expect, test } from 'vitest'
import { deployOrKeep } from './deploy-or-keep.ts'

const behind = new Error(
  'deploy ended with 1\n…older than what the jobs obey…\nRun: npm run contracts -- pull orders',
)
const failing = (error: Error) => async (): Promise<void> => {
  throw error
}

test('files behind an activated contract leave the former deployment running, and say what to do', async () => {
  const said: string[] = []

  await deployOrKeep(failing(behind), { isDeployed: true, say: (text) => said.push(text) })

  expect(said.join()).toContain('npm run contracts -- pull')
})

test.each([
  ['any other failure', new Error('deploy ended with 1\nno such bucket'), true],
  ['a first start', behind, false],
])('%s is thrown', async (_, error, isDeployed) => {
  await expect(deployOrKeep(failing(error), { isDeployed, say: () => undefined })).rejects.toBe(error)
})
