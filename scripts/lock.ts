import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { lockHeader, lockOf, pythonInputs } from './locks/python-locks.ts'
import { rootDir, runTool } from './run-tool.ts'

/**
 * `npm run lock`: resolves each requirements file for every system and every Python from 3.11 on, and writes the lock
 * beside it. Versions that are locked stay unless the input asks for others; `--upgrade` takes the newest instead.
 */
const uvVersion = '0.13.9'
const venv = path.join(rootDir, '.local/venv-lock')
const uv = path.join(venv, 'bin/uv')

const must = async (command: string, args: readonly string[]): Promise<void> => {
  const { code, output } = await runTool(command, args)
  if (code === 0) return
  console.error(output)
  process.exit(1)
}

if (!existsSync(path.join(venv, 'bin/pip'))) await must('python3', ['-m', 'venv', venv])
await must(path.join(venv, 'bin/pip'), ['install', '--quiet', `uv==${uvVersion}`])
for (const input of pythonInputs) {
  const lock = lockOf(input)
  const options = [
    '--universal',
    '--python-version=3.11',
    '--generate-hashes',
    '--no-header',
    '--no-annotate',
  ]
  await must(uv, ['pip', 'compile', ...options, ...process.argv.slice(2), input, '--output-file', lock])
  const file = path.join(rootDir, lock)
  const locked = readFileSync(file, 'utf8').replace(/^# By `npm run lock`.*\n/, '')
  writeFileSync(file, `${lockHeader(input)}\n${locked}`)
  console.log(`${lock}: ${locked.match(/^\S+==/gm)?.length ?? 0} packages`)
}
