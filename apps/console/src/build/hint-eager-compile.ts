import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** Read by V8 (explicit compile hints, Chrome 136) and skipped by every other engine. It has to be the first line. */
export const compileHint = '//# allFunctionsCalledOnLoad\n'

/**
 * Puts V8's hint on every script of a production build: what is loaded is compiled whole by the thread that loads it. Without it each function
 * is compiled when it is first called, which made the evaluation of a page's scripts, its hydration and the first click the longest tasks of the
 * page's own thread (docs/console.md). A script that has the hint is left as it is.
 */
export async function hintEagerCompile({ distDir }: { distDir: string }): Promise<void> {
  const folder = path.join(distDir, 'static', 'chunks')
  const names = await readdir(folder, { recursive: true })
  await Promise.all(
    names
      .filter((name) => name.endsWith('.js'))
      .map(async (name) => {
        const file = path.join(folder, name)
        const script = await readFile(file, 'utf8')
        if (!script.startsWith(compileHint)) await writeFile(file, compileHint + script)
      }),
  )
}
