import path from 'node:path'

/** Where the SST CLI puts a stack's state before it calls us, and looks for it afterwards. */
export function stateFileOf({ app, stage }: { app: string; stage: string }): string {
  return path.join(process.cwd(), '.pulumi/stacks', app, `${stage}.json`)
}
