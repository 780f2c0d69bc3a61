import { AppError } from '@lean-ops/common/errors/app-error'
import { type Behaviour, compareClouds } from '../conformance/compare-clouds.ts'

const usage = `npm run conformance -- [--stage <name>] [--only <text>] [--json]
  Observes the behaviours of AWS that the pipeline relies on, each stated from AWS's documentation.
  --stage <name>   also in the account of the current AWS credentials ('local' is the emulator alone)
  --only <text>    behaviours whose service or title contains the text
  --json           one last line of JSON`

const args = process.argv.slice(2)
if (args.includes('--help')) {
  console.log(usage)
  process.exit(0)
}
const stage = optionOf('--stage') ?? 'local'
try {
  const behaviours = await compareClouds({
    withAccount: stage !== 'local',
    only: optionOf('--only') ?? '',
    onLine: (line) => console.log(line),
  })
  const differing = behaviours.filter((one) => one.differs.length > 0)
  console.log(table(behaviours))
  console.log(`${behaviours.length - differing.length} as documented, ${differing.length} different`)
  if (args.includes('--json')) console.log(JSON.stringify({ stage, behaviours }))
  process.exit(differing.length === 0 ? 0 : 1)
} catch (error) {
  console.error(error instanceof AppError ? error.message : error)
  process.exit(2)
}

function optionOf(name: string): string | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}

function table(behaviours: readonly Behaviour[]): string {
  const hasAccount = behaviours.some((one) => 'account' in one)
  const head = ['behaviour', 'documented', 'emulator', ...(hasAccount ? ['account'] : []), 'differences']
  const rows = behaviours.map((one) => [
    `${one.service}: ${one.title}`,
    shown(one.documented),
    shown(one.emulator),
    ...(hasAccount ? [shown(one.account)] : []),
    one.differs.join(', '),
  ])
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'not observed')
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')
}
