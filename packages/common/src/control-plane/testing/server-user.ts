import { statSync } from 'node:fs'
import path from 'node:path'

/** Debian's and Alpine's `nobody`: PostgreSQL refuses to run as root. */
const nobody = { uid: 65534, gid: 65534 }

export type ServerUser = {
  /** Whom files of the server must belong to; undefined: to whoever we are. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  /** A program and its arguments as that user. */
  readonly as: (program: string, args: readonly string[]) => ServerCommand
}

type ServerCommand = { program: string; args: string[]; options: { uid?: number; gid?: number } }

/**
 * Who runs the server: ourselves, or `nobody` when we are root. Below a folder that is closed to others (a clone in
 * /root, say) `nobody` keeps just the capability of reaching files in spite of it, by util-linux's `setpriv`.
 */
export function chooseServerUser(paths: readonly string[]): ServerUser {
  if (process.getuid?.() !== 0) return { as: (program, args) => ({ program, args: [...args], options: {} }) }
  if (paths.every(isReachable))
    return { owner: nobody, as: (program, args) => ({ program, args: [...args], options: nobody }) }
  const capabilities = '+dac_override,+dac_read_search'
  const setpriv = [
    ...[`--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups'],
    ...[`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`],
    // Without it access(2), by which PostgreSQL looks at its own programs, would ignore the capability.
    '--securebits=+no_setuid_fixup',
  ]
  return {
    owner: nobody,
    as: (program, args) => ({ program: 'setpriv', args: [...setpriv, program, ...args], options: {} }),
  }
}

/** Whether every folder above `file` may be entered by others. */
function isReachable(file: string): boolean {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const mode = statSync(folder, { throwIfNoEntry: false })?.mode
    if (mode !== undefined && (mode & 0o001) === 0) return false
    if (folder === path.dirname(folder)) return true
  }
}
