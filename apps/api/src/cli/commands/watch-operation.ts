import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import { operationStateFacts } from '@lean-ops/common/contract/operation-facts'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { bar, type Output } from '../output.ts'
import { exitCodes } from '../usage-error.ts'

const everyMs = 1_000

/** Follows an operation to its end with a progress bar. Ctrl-C leaves the operation running. Returns the exit code. */
export async function watchOperation(api: ApiClient, id: string, output: Output): Promise<number> {
  for (;;) {
    const { body: operation } = await api.get(`/operations/${id}`, OperationView)
    const facts = operationStateFacts[operation.state]
    output.progress(describe(operation))
    if (facts.isEnd || operation.state === 'paused') {
      output.progressEnd()
      output.result(operation, summary(operation))
      return operation.state === 'completed' ? exitCodes.done : exitCodes.completedWithFailures
    }
    await sleep(everyMs)
  }
}

function describe(operation: OperationView): string {
  const { counts: c, state, stage, note } = operation
  const done = c.total - c.pending - c.sending - c.verifying
  const what = [
    `${done}/${c.total}`,
    `${c.resolved} resolved`,
    c.returned > 0 ? `${c.returned} returned` : '',
    c.verifying > 0 ? `${c.verifying} verifying` : '',
    c.failed > 0 ? `${c.failed} failed` : '',
    c.skipped > 0 ? `${c.skipped} skipped` : '',
  ].filter((t) => t !== '')
  const where =
    state === 'running' ? `${operationStateFacts[state].word} (${stage})` : operationStateFacts[state].word
  return `${bar(c.total === 0 ? 1 : done / c.total)}  ${where}  ${what.join(' · ')}${note === null ? '' : `  ${note}`}`
}

/** The end of an operation in words: every item has one outcome. */
export function summary(operation: OperationView): string {
  const { counts: c } = operation
  const parts = (['resolved', 'returned', 'unverified', 'skipped', 'failed', 'cancelled'] as const)
    .filter((word) => c[word] > 0)
    .map((word) => `${c[word]} ${word}`)
  const resent =
    c.resent > 0 ? ` (${c.resent} sent again after an interruption; they collapse downstream)` : ''
  return `${operation.title}: ${operationStateFacts[operation.state].word.toLowerCase()}: ${parts.join(', ') || 'nothing to do'} of ${c.total}${resent}\n${operation.note ?? ''}`.trimEnd()
}
