import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * Puts a `pulumi` launcher where the SST CLI looks for Pulumi's executable. It runs the engine with the project's own Node.
 * @returns the launcher's path.
 */
export async function installEngine(root: string): Promise<string> {
  const launcher = path.join(root, '.local/cfg/sst/bin/pulumi')
  const node = path.join(root, 'node_modules/node/bin/node')
  const engine = path.join(root, 'packages/local-cloud/engine/pulumi.ts')
  const script = `#!/bin/sh
# Written by packages/local-cloud/engine/install-engine.ts: the local engine in place of Pulumi's.
exec ${quote(node)} ${quote(engine)} "$@"
`
  await mkdir(path.dirname(launcher), { recursive: true })
  const temporary = `${launcher}.${process.pid}.tmp`
  await writeFile(temporary, script)
  await chmod(temporary, 0o755)
  await rename(temporary, launcher)
  return launcher
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
