/**
 * Honours `ignoreChanges`: the given paths keep the value of the earlier deployment. Without this every deployment would
 * rename what SST names with random letters. A path is `name`, `environment.variables` or `tags["Name"]`.
 */
export function keepIgnored(
  inputs: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>> | undefined,
  paths: readonly string[],
): Record<string, unknown> {
  let kept: Record<string, unknown> = { ...inputs }
  if (before === undefined) return kept
  for (const path of paths) kept = keep(kept, before, splitPath(path))
  return kept
}

function keep(
  inputs: Record<string, unknown>,
  before: Readonly<Record<string, unknown>>,
  path: readonly string[],
): Record<string, unknown> {
  const [key, ...rest] = path
  if (key === undefined) return inputs
  if (key === '*')
    return Object.keys(before).reduce((all, field) => keep(all, before, [field, ...rest]), inputs)
  if (before[key] === undefined || before[key] === null) {
    if (rest.length > 0) return inputs
    const { [key]: _added, ...without } = inputs
    return without
  }
  if (rest.length === 0) return { ...inputs, [key]: before[key] }
  return { ...inputs, [key]: keep(asObject(inputs[key]), asObject(before[key]), rest) }
}

function splitPath(path: string): string[] {
  return path
    .replaceAll(/\[("?)([^\]"]*)\1\]/g, '.$2')
    .split('.')
    .filter((part) => part !== '')
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
