import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const cli = path.join(import.meta.dirname, 'cli.ts')
const things = readFileSync(path.join(import.meta.dirname, '../../../../contracts/orders.odcs.yaml'), 'utf8')
let repo = ''

/** A repository with one committed contract; each test writes what it wants beside it. */
beforeAll(() => {
  repo = mkdtempSync(path.join(tmpdir(), 'contracts-cli-'))
  mkdirSync(path.join(repo, 'contracts'))
  writeContract(things)
  const git = (...args: string[]) => execFileSync('git', ['-C', repo, ...args], { stdio: 'pipe' })
  git('init', '--quiet')
  git('add', '.')
  git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'first')
})
afterAll(() => rmSync(repo, { recursive: true, force: true }))

const writeContract = (text: string): void =>
  writeFileSync(path.join(repo, 'contracts/orders.odcs.yaml'), text)

type Ran = { code: number; out: string; err: string }
const run = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const options = {
      cwd: repo,
      env: { ...process.env, LEAN_OPS_CONTRACTS_DIR: path.join(repo, 'contracts') },
    }
    const child = execFile(process.execPath, [cli, ...args], options, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })

describe('npm run contracts', () => {
  it('explains itself', async () => {
    const { code, out } = await run('--help')

    expect(code).toBe(0)
    expect(out).toContain('Examples')
  })

  it.each([
    [['lnt'], 'there is no command "lnt"'],
    [['diff', '--odd'], '--odd'],
    [['diff', 'nobody'], 'no contract is called nobody'],
    [['diff', '--against', 'nowhere'], 'nowhere'],
    [['diff', '--against=--output=x'], '--output=x'],
    [['new', 'Orders', '--sample', 'x'], 'no topic name'],
    [['new', 'orders'], '--sample'],
  ])('%j is refused with 2', async (args, part) => {
    writeContract(things)

    const { code, err } = await run(...args)

    expect([code, err.includes(part)]).toEqual([2, true])
    expect(err).not.toContain('    at ')
  })

  it('0: nothing changed; 0: compatible; 1: breaking; 2: invalid', async () => {
    const optional = '      - { name: note, logicalType: string }\nslaProperties'
    const cases: [string, number, string][] = [
      [things, 0, 'no changes'],
      [
        things.replace('version: 1.0.0', 'version: 1.1.0').replace('slaProperties', optional),
        0,
        'column note',
      ],
      [
        things.replace('version: 1.0.0', 'version: 2.0.0').replace('decimal(12,2)', 'decimal(10,2)'),
        1,
        'BREAKING',
      ],
      [things.replace('slaProperties', optional), 1, 'set version: 1.1.0'],
      [things.replace('logicalType: timestamp', 'logicalType: moment'), 2, ''],
    ]
    for (const [text, expected, part] of cases) {
      writeContract(text)

      const { code, out } = await run('diff')

      expect([part, code]).toEqual([part, expected])
      expect(out).toContain(part)
    }
  })

  it('lint says file, line, place and remedy, for scripts too', async () => {
    writeContract(things.replace('classification: hash', 'classification: scramble'))

    const { code, out } = await run('lint', '--json')

    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      files: 1,
      isStandardChecked: true,
      faults: [
        { file: 'contracts/orders.odcs.yaml', path: 'schema.0.properties.5.classification', line: 26 },
      ],
    })
  })

  it('plan: all tables of what is unchanged, what a change alters, and 1 when it rebuilds', async () => {
    writeContract(things)
    const whole = await run('plan', 'orders')
    writeContract(
      things.replace('version: 1.0.0', 'version: 1.1.0').replace('decimal(12,2)', 'decimal(14,2)'),
    )
    const wider = await run('plan', 'orders')
    writeContract(
      things
        .replace('version: 1.0.0', 'version: 2.0.0')
        .replace('classification: hash', 'classification: drop'),
    )
    const dropped = await run('plan', 'orders')

    expect([whole.code, whole.out.match(/CREATE TABLE/g)?.length]).toEqual([0, 6])
    expect([wider.code, wider.out.includes('ALTER COLUMN `amount` TYPE DECIMAL(14,2);')]).toEqual([0, true])
    expect([dropped.code, dropped.out.includes('REBUILD into')]).toEqual([1, true])
  })

  it('new writes a draft that lint accepts, and never over a file', async () => {
    writeContract(things)
    writeFileSync(path.join(repo, 'sample.ndjson'), '{"id":"a","v":1}\n{"id":"b","v":2}\n')
    const args = ['new', 'widgets', '--sample', 'sample.ndjson', '--out', 'contracts/widgets.odcs.yaml']

    const first = await run(...args)
    const again = await run(...args)
    const lint = await run('lint')

    expect([first.code, again.code, lint.code]).toEqual([0, 2, 0])
    expect(again.err).toContain('is it there already?')
  })
})
