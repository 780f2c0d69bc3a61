/** What the runner gives every bench. */
export type BenchOptions = {
  /** At most 60 seconds: fewer runs, less data. The figures then show the order of magnitude only. */
  isQuick: boolean
  /** Checkout of the system to compare with; without it only ours is measured. */
  baseline: string | undefined
  /** For everything the bench writes; emptied by nobody, git-ignored. */
  workFolder: string
  /** Progress, for people. */
  say(line: string): void
}

export type BenchTable = { title: string; columns: string[]; rows: (string | number)[][] }

/** A promise about a figure; the runner exits with 1 when one is broken. */
export type BenchCheck = { name: string; isKept: boolean; detail: string }

export type BenchResult = {
  tables: BenchTable[]
  checks: BenchCheck[]
  /** Figures by name, for `--json`. */
  figures: Record<string, number | string | boolean | null>
}

/** The one export of `bench/<name>/bench.ts`, called `bench`. */
export type Bench = { title: string; run(options: BenchOptions): Promise<BenchResult> }
