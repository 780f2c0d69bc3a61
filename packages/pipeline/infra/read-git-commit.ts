import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The commit that is being deployed; undefined outside a git repository. GIT_COMMIT names it where a build has no repository. */
export async function readGitCommit(root: string): Promise<string | undefined> {
  if (process.env.GIT_COMMIT) return process.env.GIT_COMMIT
  return run('git', ['rev-parse', 'HEAD'], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    // An unpacked archive, or a machine without git: the deploy is noted without its commit.
    () => undefined,
  )
}
