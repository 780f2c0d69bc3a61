export interface PulumiArguments {
  readonly command: string
  readonly stack: string
  readonly app: string
  readonly stage: string
  readonly eventLog: string | undefined
  /** `--config provider:key=value` pairs. */
  readonly config: ReadonlyMap<string, string>
  readonly targets: readonly string[]
}

/** Reads the part of Pulumi's command line that the SST CLI uses. @throws Error on a stack name of another form. */
export function readArguments(argv: readonly string[]): PulumiArguments {
  const [command = '', ...rest] = argv
  const values = (name: string) =>
    rest.flatMap((argument, i) => {
      if (argument === name) return rest[i + 1] ?? []
      return argument.startsWith(`${name}=`) ? argument.slice(name.length + 1) : []
    })
  const stack = command === 'stack' ? (rest[1] ?? '') : (values('--stack')[0] ?? '')
  const [, app, stage] = stack.split('/')
  if (command !== 'version' && (app === undefined || stage === undefined))
    throw new Error(`expected a stack named organization/<app>/<stage>, got "${stack}"`)
  const config = values('--config').map((pair): [string, string] => {
    const separator = pair.indexOf('=')
    return [pair.slice(0, separator), pair.slice(separator + 1)]
  })
  return {
    command,
    stack,
    app: app ?? '',
    stage: stage ?? '',
    eventLog: values('--event-log')[0],
    config: new Map(config),
    targets: values('--target'),
  }
}
