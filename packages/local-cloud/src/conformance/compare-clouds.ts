import { spawn } from 'node:child_process'
import path from 'node:path'
import { AppError } from '@lean-ops/common/errors/app-error'
import { z } from 'zod'
import { localPaths, rootDir } from '../supervisor/local-paths.ts'
import { startTestEmulator } from '../testing/emulator.ts'

const report = z.object({
  results: z.array(
    z.object({
      service: z.string(),
      title: z.string(),
      documented: z.unknown(),
      source: z.string(),
      emulator: z.unknown().optional(),
      account: z.unknown().optional(),
      same: z.boolean(),
    }),
  ),
})

export type Behaviour = {
  readonly service: string
  readonly title: string
  readonly documented: unknown
  /** The page of AWS's documentation, in words. */
  readonly source: string
  readonly emulator: unknown
  /** Absent when no account was asked for. */
  readonly account?: unknown
  /** Which of the observed clouds are not as documented. */
  readonly differs: readonly ('emulator' | 'account')[]
}

/**
 * Observes every behaviour in an emulator started for the occasion and, if asked, in the account of the current
 * credentials (minutes, a few cents; everything made there is named `lean-ops-conformance-*` and removed again).
 */
export async function compareClouds(options: {
  readonly withAccount: boolean
  readonly only: string
  readonly onLine: (line: string) => void
}): Promise<readonly Behaviour[]> {
  const { only, onLine } = options
  const emulator = await startTestEmulator({ FIREHOSE_SECONDS: '1' })
  try {
    const local = await observe(['--endpoint', emulator.endpoint, '--only', only], onLine)
    const account = options.withAccount ? await observe(['--only', only], onLine) : undefined
    return local.results.map((row, index) => {
      const other = account?.results[index]
      return {
        service: row.service,
        title: row.title,
        documented: row.documented,
        source: row.source,
        emulator: row.emulator,
        ...(other ? { account: other.account } : {}),
        differs: [
          ...(row.same ? [] : (['emulator'] as const)),
          ...(other && !other.same ? (['account'] as const) : []),
        ],
      }
    })
  } finally {
    await emulator.stop()
  }
}

/** Runs `emulator.conformance`; its last line is JSON, the lines before it are progress and a table of its own. */
async function observe(
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<z.infer<typeof report>> {
  const child = spawn(localPaths().pythonBin, ['-m', 'emulator.conformance', ...args, '--json'], {
    cwd: path.join(rootDir, 'packages/local-cloud'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const complete = (text + String(chunk)).split('\n')
    text = complete.pop() ?? ''
    for (const line of complete) {
      if (line.startsWith('{')) return report.parse(JSON.parse(line))
      if (/^(same|DIFFERS) /.test(line)) onLine(line)
    }
  }
  throw new AppError('UNAVAILABLE', 'the observation ended without a report; see the lines above')
}
