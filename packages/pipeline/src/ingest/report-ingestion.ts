import type { Logger } from '@aws-lambda-powertools/logger'
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { OutcomeMessage } from '@lean-ops/common/messages/outcome-message'
import { classifyFault } from './classify-fault.ts'

const sum = (counts: { fresh: number; replayed: number }): number => counts.fresh + counts.replayed

/** One log line per queue of an invocation (ids, codes, counts; never a body) and the fleet's metrics without dimensions per topic. */
export function reportIngestion(
  outcomes: readonly OutcomeMessage[],
  outcomeError: unknown,
  { logger, metrics }: { logger: Logger; metrics: Metrics },
): void {
  for (const o of outcomes) {
    const { topic, failures, findings, sink, durationMs } = o
    const counts = {
      attempts: sum(o.attempts),
      accepted: sum(o.accepted),
      deadLettered: sum(o.deadLettered),
      failed: sum(o.failed),
    }
    const line = { correlationId: o.requestId, topic, ...counts, failures, findings, sink, durationMs }
    if (failures.some((f) => f.class === 'config')) logger.error('ingestion is misconfigured', line)
    else if (counts.failed > 0) logger.warn('messages go back to their queue', line)
    else logger.info('ingested', line)

    metrics.addMetric('MessagesReceived', MetricUnit.Count, counts.attempts)
    metrics.addMetric('MessagesAccepted', MetricUnit.Count, counts.accepted)
    metrics.addMetric('MessagesDeadLettered', MetricUnit.Count, counts.deadLettered)
    metrics.addMetric('MessagesFailed', MetricUnit.Count, counts.failed)
    metrics.addMetric('SinkCalls', MetricUnit.Count, sink.calls)
    metrics.addMetric('SinkFailedCalls', MetricUnit.Count, sink.failedCalls)
    metrics.addMetric('SinkRefusedEntries', MetricUnit.Count, sink.refusedEntries)
    metrics.addMetric('BytesSent', MetricUnit.Bytes, o.bytes.sent)
    const forged = findings.find((f) => f.code === 'LINEAGE_FORGED')?.count ?? 0
    metrics.addMetric('LineageForged', MetricUnit.Count, forged)
  }
  metrics.addMetric('OutcomeSendFailed', MetricUnit.Count, outcomeError === undefined ? 0 : 1)
  if (outcomeError !== undefined)
    logger.error('outcome not sent', {
      correlationId: outcomes[0]?.requestId,
      code: classifyFault(outcomeError).code,
    })
  metrics.publishStoredMetrics()
}
