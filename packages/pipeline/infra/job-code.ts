import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { zipSync } from 'fflate'

const folder = 'packages/pipeline/glue'

/** 1980, the oldest time a zip knows: the same files make the same bytes, so nothing is uploaded twice. */
const mtime = new Date(1980, 0, 1)

/** The package that all jobs import, as the zip that `--extra-py-files` takes. */
export async function zipJobPackage(): Promise<{ file: string; digest: string }> {
  const { root, work } = $cli.paths
  const base = path.join(root, folder)
  const names = (await readdir(path.join(base, 'lean_ops'), { recursive: true }))
    .filter((f) => f.endsWith('.py'))
    .sort()
  const files: Record<string, [Uint8Array, { mtime: Date }]> = {}
  for (const name of names)
    files[`lean_ops/${name}`] = [await readFile(path.join(base, 'lean_ops', name)), { mtime }]
  const zip = zipSync(files)
  const file = path.join(work, 'lean-ops', 'lean_ops.zip')
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, zip)
  return { file, digest: createHash('sha256').update(zip).digest('hex').slice(0, 12) }
}

/** Absolute path of a job's script. */
export const jobScript = (job: string): string => path.join($cli.paths.root, folder, `${job}.py`)

/** The pin of one module in the jobs' requirements: Glue installs it itself. */
export async function pinOf(module: string): Promise<string> {
  const text = await readFile(path.join($cli.paths.root, folder, 'requirements.txt'), 'utf8')
  const pin = text.split('\n').find((line) => line.startsWith(`${module}==`))
  if (pin === undefined) throw new Error(`${folder}/requirements.txt has no pin of ${module}`)
  return pin.trim()
}
