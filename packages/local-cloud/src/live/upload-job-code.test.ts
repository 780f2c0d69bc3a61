import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { CreateJobCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { startTestEmulator, type TestEmulator } from '../testing/emulator.ts'
import { uploadJobCode } from './upload-job-code.ts'

const bucket = 'code'
let emulator: TestEmulator
let deps: { glue: GlueClient; s3: S3Client }
let folder: string

beforeAll(async () => {
  emulator = await startTestEmulator({ AUTH: 'false' })
  const options = localClientOptions(emulator.endpoint)
  deps = { glue: new GlueClient(options), s3: new S3Client({ ...options, forcePathStyle: true }) }
  await deps.s3.send(new CreateBucketCommand({ Bucket: bucket }))
  folder = await mkdtemp(path.join(os.tmpdir(), 'lean-ops-jobs-'))
  await mkdir(path.join(folder, 'lean_ops/curated'), { recursive: true })
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await emulator.stop()
})

test('the deployed jobs get the script and the package as they are on disk now', async () => {
  for (const name of ['lean-ops-local-curated', 'somebody-elses'])
    await deps.glue.send(
      new CreateJobCommand({
        Name: name,
        Role: 'arn:aws:iam::000000000000:role/any',
        Command: { Name: 'glueetl', ScriptLocation: `s3://${bucket}/scripts/${name}/curated.py` },
        DefaultArguments: { '--extra-py-files': `s3://${bucket}/scripts/lean_ops-1.zip` },
      }),
    )
  await writeFile(path.join(folder, 'curated.py'), 'one')
  await writeFile(path.join(folder, 'lean_ops/curated/run_pass.py'), 'two')
  await cp(path.join(folder, 'curated.py'), path.join(folder, 'lean_ops/notes.txt'))

  expect(await uploadJobCode(deps, folder)).toBe(1)
  await writeFile(path.join(folder, 'lean_ops/curated/run_pass.py'), 'three')
  expect(await uploadJobCode(deps, folder)).toBe(1)

  const archive = unzipSync(await read('scripts/lean_ops-1.zip'))
  expect(Object.entries(archive).map(([name, bytes]) => [name, text(bytes)])).toEqual([
    ['lean_ops/curated/run_pass.py', 'three'],
  ])
  expect(text(await read('scripts/lean-ops-local-curated/curated.py'))).toBe('one')
  await expect(read('scripts/somebody-elses/curated.py')).rejects.toThrow('key does not exist')
})

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

async function read(key: string): Promise<Uint8Array> {
  const { Body: body } = await deps.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return (await body?.transformToByteArray()) ?? new Uint8Array()
}
