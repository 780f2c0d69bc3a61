import { type LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda'
import { failAll, type Reading } from './reading.ts'

export type MappingState = { id: string; state: string; concurrencyMax: number | null }
type Deps = {
  lambda: Pick<LambdaClient, 'send'>
  functionName: string
  queueName: (topic: string) => string
  now: () => Date
  signal: AbortSignal
}

/** The processor's event source mappings in pages of 100; a topic without one is said to have none. */
export async function readMappingStates(
  deps: Deps,
  topics: readonly string[],
): Promise<Reading<MappingState>[]> {
  let byQueue: Map<string, MappingState>
  try {
    byQueue = await listMappings(deps)
  } catch (fault) {
    return failAll(topics, deps.now(), fault)
  }
  return topics.map((topic): Reading<MappingState> => {
    const value = byQueue.get(deps.queueName(topic))
    const at = deps.now()
    if (value !== undefined) return { topic, ok: true, at, value }
    const message = `${deps.functionName} has no event source mapping for this topic's queue.`
    return { topic, ok: false, at, error: { code: 'MappingMissing', message } }
  })
}

async function listMappings(deps: Deps): Promise<Map<string, MappingState>> {
  const byQueue = new Map<string, MappingState>()
  let marker: string | undefined
  do {
    const page = await deps.lambda.send(
      new ListEventSourceMappingsCommand({
        FunctionName: deps.functionName,
        MaxItems: 100,
        ...(marker === undefined ? {} : { Marker: marker }),
      }),
      { abortSignal: deps.signal },
    )
    for (const mapping of page.EventSourceMappings ?? []) {
      const arn = mapping.EventSourceArn
      if (arn === undefined || mapping.UUID === undefined) continue
      byQueue.set(arn.slice(arn.lastIndexOf(':') + 1), {
        id: mapping.UUID,
        state: mapping.State ?? 'Unknown',
        concurrencyMax: mapping.ScalingConfig?.MaximumConcurrency ?? null,
      })
    }
    marker = page.NextMarker
  } while (marker)
  return byQueue
}
