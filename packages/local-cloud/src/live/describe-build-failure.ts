type BuildFailure = {
  errors: ReadonlyArray<{ text: string; location: { file: string; line: number } | null }>
}

/** Esbuild's errors as `file:line text`, one a line; any other error by its message. */
export function describeBuildFailure(error: unknown): string {
  if (!isBuildFailure(error)) return `  ${error instanceof Error ? error.message : String(error)}`
  return error.errors
    .map(({ text, location }) => `  ${location ? `${location.file}:${location.line} ` : ''}${text}`)
    .join('\n')
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
