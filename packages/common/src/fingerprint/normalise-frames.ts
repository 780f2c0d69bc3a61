const framesMax = 3

/** Of libraries and runtimes: they stand on top of every trace and tell nothing apart. */
const foreign =
  /node_modules|node:|<anonymous>|site-packages|importlib|java\.base|jdk\.internal|sun\.reflect|java\.lang\.reflect|py4j/

/** A stack trace (V8, Python, Java) → its top own frames without line numbers; the foreign ones if there are no others. */
export function normaliseFrames(trace: string): string[] {
  const frames = trace
    .split('\n')
    .map((line) => ({ line, frame: readFrame(line) }))
    .filter((f): f is { line: string; frame: string } => f.frame !== undefined)
  // Python prints the innermost last.
  if (/^\s*File "/m.test(trace)) frames.reverse()
  const own = frames.filter((f) => !foreign.test(f.line))
  return (own.length > 0 ? own : frames).slice(0, framesMax).map((f) => f.frame)
}

function readFrame(line: string): string | undefined {
  const python = /^\s*File "(?:[^"]*\/)?([^"/]+)", line \d+, in (\S+)/.exec(line)
  if (python) return `${python[2]} (${python[1]})`
  const java =
    /^\s*at ([\w$.]+(?:\.<init>)?)\((?:[\w$]+\.(?:java|scala|kt):\d+|Native Method|Unknown Source)\)/.exec(
      line,
    )
  if (java) return (java[1] ?? '').replace(/\$+(?:anon(?:fun)?|lambda)?\$*\d*/g, '$')
  const v8 = /^\s*at (?:async )?(?:(.+?) \()?(?:file:\/\/)?(?:[^()\s]*\/)?([\w.@-]+?):\d+(?::\d+)?\)?$/.exec(
    line,
  )
  if (v8) return `${v8[1] ?? 'module'} (${v8[2]})`
  return undefined
}
