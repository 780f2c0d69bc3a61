import { rmSync } from 'node:fs'
import { claimRun } from '../supervisor/claim-run.ts'
import type { LocalPaths } from '../supervisor/local-paths.ts'
import { requireStopped } from '../supervisor/require-stopped.ts'

/** Deletes everything the local cloud has kept. Throws CONFLICT while it runs. */
export async function resetState(paths: LocalPaths): Promise<void> {
  requireStopped(paths)
  // What a killed run left behind would go on writing into the folder.
  await claimRun(paths.runFile, console.log)
  rmSync(paths.state, { recursive: true, force: true })
  rmSync(paths.runFile, { force: true })
  console.log('All local state is deleted; `npm start` begins anew.')
}
