import type { DueTopic } from '@lean-ops/common/control-plane/runs/list-due-topics'

type Limits = {
  /** Topics per run: a job plans, reads and commits them one after the other within its hour. */
  topicsMax: number
  /** Rows per run, unless one topic alone has more. */
  rowsMax: number
}

/** Groups due topics into runs, in the given order; a topic with more rows than a run should have runs alone. Pure. */
export function packTopics(due: readonly DueTopic[], { topicsMax, rowsMax }: Limits): string[][] {
  const groups: { topics: string[]; rows: number }[] = []
  for (const { topic, rows } of due) {
    const fitting = groups.find((g) => g.topics.length < topicsMax && g.rows + rows <= rowsMax)
    if (fitting) {
      fitting.topics.push(topic)
      fitting.rows += rows
    } else groups.push({ topics: [topic], rows })
  }
  return groups.map((g) => g.topics)
}
