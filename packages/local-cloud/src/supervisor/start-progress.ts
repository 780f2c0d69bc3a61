import pc from 'picocolors'

export type StartProgress = {
  /** Runs one step and says what it does, how long it took and what came of it. */
  readonly step: <T>(
    name: string,
    doing: string,
    work: () => Promise<T>,
    result?: (value: T) => string,
  ) => Promise<T>
  readonly skip: (name: string, why: string) => void
  readonly say: (line: string) => void
}

const signOfLifeMs = 10_000

export function createStartProgress(show: (text: string) => void, now: () => number): StartProgress {
  const row = (sign: string, name: string, time: string, text: string): void =>
    show(`  ${sign} ${name.padEnd(12)} ${time.padStart(7)}  ${text}\n`)
  return {
    step: async (name, doing, work, result) => {
      const startedAt = now()
      const seconds = (): string => `${((now() - startedAt) / 1000).toFixed(1)} s`
      row(pc.dim('·'), name, '', pc.dim(doing))
      const alive = setInterval(
        () => row(pc.dim('·'), name, seconds(), pc.dim(`${doing}, still at it`)),
        signOfLifeMs,
      )
      try {
        const value = await work()
        row(pc.green('✓'), name, seconds(), result?.(value) ?? '')
        return value
      } catch (error) {
        row(pc.red('✗'), name, seconds(), doing)
        throw error
      } finally {
        clearInterval(alive)
      }
    },
    skip: (name, why) => row(pc.yellow('–'), name, '', `left out: ${why}`),
    say: (line) => show(`  ${pc.dim('›')} ${line}\n`),
  }
}
