import { assertLoopback } from './assert-loopback.ts'
import { emptyCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { pulumiVersion } from './pulumi-version.ts'
import { readArguments } from './read-arguments.ts'
import { stateFileOf } from './state-file.ts'

/** What the SST CLI calls in place of Pulumi's executable. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'version') {
    console.log(pulumiVersion)
    return 0
  }
  const args = readArguments(argv)
  const endpoint = assertLoopback(process.env.AWS_ENDPOINT_URL)
  switch (args.command) {
    case 'stack':
      await writeCheckpoint([stateFileOf(args)], args.stack, emptyCheckpoint)
      return 0
    case 'up':
    case 'preview':
    case 'refresh':
    case 'destroy':
      // Loaded here only: `version`, which the CLI asks before everything else, needs no AWS client.
      return await (await import('./run-command.ts')).runCommand(args, endpoint)
    default:
      console.error(`local engine: "pulumi ${args.command}" has no local treatment`)
      return 1
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error)
  return 1
})
// Pulumi's SDK may keep timers and sockets of a failed program alive.
process.exit()
