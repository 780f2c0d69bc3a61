import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { CheckResult } from '../check.ts'
import { rootDir } from '../run-tool.ts'
import { findCitedPaths } from './find-cited-paths.ts'

/** Made by running the project, so it may be cited and yet be absent from a clone. */
const generated = /^(\.local|\.sst|node_modules|test-results)\b/

/** Every path that the documentation cites exists. */
export async function checkDocs(): Promise<CheckResult> {
  const tops = new Set(readdirSync(rootDir))
  const faults = documents().flatMap((file) =>
    findCitedPaths(readFileSync(path.join(rootDir, file), 'utf8'), tops)
      .filter(({ cited }) => !generated.test(cited))
      .filter(
        ({ cited, isLink }) => !existsSync(path.resolve(rootDir, isLink ? path.dirname(file) : '.', cited)),
      )
      .map(({ cited, line }) => `${file}:${line} cites ${cited}, which does not exist`),
  )
  return { ok: faults.length === 0, output: faults.join('\n') }
}

function documents(): string[] {
  const below = existsSync(path.join(rootDir, 'docs'))
    ? readdirSync(path.join(rootDir, 'docs'), { recursive: true, encoding: 'utf8' }).map(
        (file) => `docs/${file}`,
      )
    : []
  const rooms = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(path.join(rootDir, folder)).map((room) => `${folder}/${room}/README.md`),
  )
  return ['README.md', 'CONTRIBUTING.md', 'bench/README.md', ...rooms, ...below].filter(
    (file) => file.endsWith('.md') && existsSync(path.join(rootDir, file)),
  )
}
