import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rootDir } from './local-paths.ts'

const samples = ['orders', 'payments', 'events']
const suffix = '.odcs.yaml'

/**
 * A folder of `count` contracts: the active samples and copies of them under made-up names, the same in every
 * run. Returns the folder, relative to the clone.
 */
export function writeSyntheticContracts(count: number, folder = '.local/contracts'): string {
  const target = path.join(rootDir, folder)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (let index = 0; index < count; index += 1) {
    const sample = samples[index % samples.length] ?? 'orders'
    const text = readFileSync(path.join(rootDir, 'contracts', `${sample}${suffix}`), 'utf8')
    const round = Math.floor(index / samples.length)
    const name = round === 0 ? sample : `${sample}-${String(round).padStart(3, '0')}`
    writeFileSync(path.join(target, `${name}${suffix}`), renamed(text, sample, name))
  }
  return folder
}

function renamed(text: string, sample: string, name: string): string {
  if (sample === name) return text
  const hex = createHash('sha256').update(name).digest('hex')
  const id = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return text
    .replace(/^id: .*$/m, `id: ${id.join('-')}`)
    .replace(new RegExp(`^name: ${sample}$`, 'm'), `name: ${name}`)
    .replace(new RegExp(`^( *- name: )${sample}$`, 'm'), `$1${name.replaceAll('-', '_')}`)
}
