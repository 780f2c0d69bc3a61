import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { readCheckpoint } from '../checkpoint.ts'
import type { ResourceState } from '../resource-state.ts'

const project = path.resolve(import.meta.dirname, '../../../..')

export interface TestResource {
  readonly type: string
  readonly name: string
  readonly inputs?: Readonly<Record<string, unknown>>
  /** Outputs that other resources refer to as `$Name.output`. */
  readonly outputs?: readonly string[]
  readonly options?: Readonly<Record<string, unknown>>
}

export interface EngineRun {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** `create Orders`, `update Orders` … in the order in which the steps ended. */
  readonly steps: readonly string[]
  readonly problems: readonly string[]
  readonly counts: Readonly<Record<string, number>>
  readonly events: readonly EngineEvent[]
}

interface EngineEvent {
  resOutputsEvent?: { metadata: { op: string; urn: string; detailedDiff: Record<string, unknown> | null } }
  diagnosticEvent?: { severity: string; message: string }
  summaryEvent?: { resourceChanges: Record<string, number> }
}

/**
 * The engine in a folder of its own, called as the SST CLI calls it, with a program that registers what a test lists.
 * @param stage also the name of the stack: one per test, so that its resources are its own.
 */
export async function useEngine(options: { endpoint: string; app: string; stage: string }) {
  const { endpoint, app, stage } = options
  const root = await mkdtemp(path.join(os.tmpdir(), 'engine-'))
  const platform = path.join(root, '.sst/platform')
  const work = path.join(root, '.sst/pulumi/run')
  await mkdir(platform, { recursive: true })
  await mkdir(work, { recursive: true })
  await symlink(path.join(project, '.sst/platform/node_modules'), path.join(platform, 'node_modules'))
  const main = path.join(platform, 'program.mjs')
  await copyFile(path.join(import.meta.dirname, 'generic-program.mjs'), main)
  await writeFile(path.join(work, 'Pulumi.yaml'), `name: ${app}\nruntime: nodejs\nmain: ${main}\n`)
  const stack = `organization/${app}/${stage}`
  const stateFile = path.join(work, '.pulumi/stacks', app, `${stage}.json`)

  const start = (command: readonly string[], program: readonly TestResource[]) =>
    spawn(process.execPath, [path.join(project, 'packages/local-cloud/engine/pulumi.ts'), ...command], {
      cwd: work,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: endpoint,
        PROGRAM: JSON.stringify(program),
        NODE_OPTIONS: '--no-warnings',
      },
    })

  const run = async (
    command: 'up' | 'preview' | 'destroy' | 'refresh' | 'stack',
    program: readonly TestResource[] = [],
    options: { killAfterEvents?: number } = {},
  ): Promise<EngineRun> => {
    const eventLog = path.join(root, 'events.json')
    await rm(eventLog, { force: true })
    const args =
      command === 'stack' ? ['stack', 'init', stack] : [command, '--stack', stack, '--event-log', eventLog]
    const child = start(args, program)
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const timer = setInterval(() => {
      if (countLines(eventLog) >= (options.killAfterEvents ?? Number.POSITIVE_INFINITY)) child.kill('SIGKILL')
    }, 1)
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      child.once('close', (...end) => resolve(end)),
    )
    clearInterval(timer)
    const lines = await readFile(eventLog, 'utf8').catch(() => '')
    // A kill may cut the last line.
    const events = lines
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as EngineEvent)
    const problems = events.flatMap(({ diagnosticEvent: d }) => (d?.severity === 'error' ? [d.message] : []))
    return {
      code,
      signal,
      events,
      problems: code === 0 || problems.length > 0 ? problems : [stderr],
      steps: events.flatMap(({ resOutputsEvent: e }) =>
        e ? [`${e.metadata.op} ${e.metadata.urn.split('::').at(-1)}`] : [],
      ),
      counts: events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    }
  }

  return {
    stateFile,
    run,
    resources: async (): Promise<readonly ResourceState[]> =>
      (await readCheckpoint(stateFile))?.resources ?? [],
    close: () => rm(root, { recursive: true, force: true }),
  }
}

function countLines(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
}
