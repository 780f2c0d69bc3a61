import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const cli = path.join(import.meta.dirname, 'cli.ts')
const things = readFileSync(
  path.join(import.meta.dirname, '../../../../contracts/orders.odcs.yaml'),
  'utf8',
).replace(/^version: .*$/m, 'version: 1.0.0')
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

  it('pull writes what leads git byte for byte, and leaves uncommitted changes alone', async () => {
    const ahead = things.replace('version: 1.0.0', 'version: 1.1.0')
    const { url, close } = await serveContract(ahead)
    try {
      writeContract(`${things}# mine\n`)
      const refused = await run('pull', '--url', url)
      writeContract(things)
      const pulled = await run('pull', '--url', url, '--json')
      const unknown = await run('pull', 'nobody', '--url', url)

      expect([refused.code, pulled.code, unknown.code]).toEqual([1, 0, 2])
      expect(refused.out).toContain('--force')
      expect(JSON.parse(pulled.out)).toMatchObject({ written: [{ topic: 'orders', version: '1.1.0' }] })
      expect(readFileSync(path.join(repo, 'contracts/orders.odcs.yaml'), 'utf8')).toBe(ahead)
    } finally {
      await close()
    }
  })

  it('says where it looked when nobody answers', async () => {
    const { code, err } = await run('pull', '--url', 'http://127.0.0.1:9')

    expect(code).toBe(2)
    expect(err).toContain('Nothing answers at http://127.0.0.1:9')
  })
})

/** An API that knows one contract, which leads git. */
async function serveContract(yaml: string): Promise<{ url: string; close: () => Promise<void> }> {
  const at = '2026-11-23T00:00:00.000Z'
  const version = {
    topic: 'orders',
    sha256: 'a'.repeat(64),
    version: '1.1.0',
    state: 'ahead_of_git',
    source: 'console',
    status: 'active',
    columns: 7,
    gitCommit: null,
    createdAt: at,
    createdBy: null,
    activatedAt: at,
    activatedBy: null,
    supersededAt: null,
    migratedAt: at,
    migrationVerifiedAt: at,
    rowVersion: 1,
    whatIfAt: null,
  }
  const row = {
    topic: 'orders',
    owner: 'commerce',
    active: version,
    draft: null,
    isGateOpen: true,
    isAheadOfGit: true,
    findingsOpen: 0,
  }
  const server = createServer((request, response) => {
    const isText = request.url?.startsWith(`/api/contracts/orders/versions/${version.sha256}`)
    response.setHeader('Content-Type', 'application/json')
    response.end(
      JSON.stringify(isText ? { version, yaml, whatIf: null } : { contracts: [row], nextCursor: null }),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((done) => server.close(() => done())),
  }
}
