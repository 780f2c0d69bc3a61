import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runChild, type Tool } from './replay-child.ts'

const version = '0.48.4'

/** lumigo-cli in a folder of its own, installed once; undefined (with a line said) when the registry cannot be reached. */
export async function installLumigo(
  workFolder: string,
  say: (line: string) => void,
): Promise<Tool | undefined> {
  const folder = path.join(workFolder, 'lumigo')
  const bin = path.join(folder, 'node_modules', 'lumigo-cli', 'bin', 'run')
  if (!existsSync(bin)) {
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'package.json'), '{"private":true}')
    say(`installing lumigo-cli ${version}`)
    const args = [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `lumigo-cli@${version}`,
    ]
    const end = await runChild('npm', args, { env: process.env, cwd: folder })
    if (end.code !== 0 || !existsSync(bin)) {
      say(`lumigo-cli could not be installed (npm ended with ${end.code}); it is left out`)
      return undefined
    }
  }
  const preload = path.join(import.meta.dirname, 'replay-lumigo.cjs')
  return {
    name: 'lumigo-cli',
    run: (env, from, to, killAfterMs) =>
      runChild(
        process.execPath,
        ['--require', preload, bin, 'replay-sqs-dlq', '-d', from, '-n', to, '-r', 'us-east-1', '-c', '10'],
        { env: { ...env, HOME: folder }, ...(killAfterMs === undefined ? {} : { killAfterMs }) },
      ),
  }
}
