import { appendFileSync } from 'node:fs'
import type { InputsDiff } from './diff-inputs.ts'
import type { Operation } from './plan-step.ts'
import type { ResourceState } from './resource-state.ts'

export type OperationCounts = Record<Operation, number>

export interface EventLog {
  began(step: StepEvent): void
  ended(step: StepEvent): void
  failed(step: StepEvent, message: string): void
  /** @param urn empty for errors of the program itself. */
  problem(urn: string, message: string): void
  note(message: string): void
  summary(counts: OperationCounts, seconds: number): void
}

export interface StepEvent {
  readonly operation: Operation
  readonly before: ResourceState | undefined
  readonly now: ResourceState | undefined
  readonly diff: InputsDiff
  readonly replaceKeys?: readonly string[]
}

/**
 * Writes Pulumi engine events, one JSON line each, where the SST CLI reads them.
 * @param isPreview marks steps as planned, not done.
 */
export function openEventLog(file: string | undefined, isPreview: boolean): EventLog {
  let sequence = 0
  const write = (event: Record<string, unknown>) => {
    if (file === undefined) return
    const line = { sequence: ++sequence, timestamp: Math.floor(Date.now() / 1000), ...event }
    appendFileSync(file, `${JSON.stringify(line)}\n`)
  }
  const diagnostic = (severity: 'error' | 'info', urn: string, message: string) =>
    write({ diagnosticEvent: { urn, prefix: '', message, color: 'never', severity } })
  return {
    began: (step) => write({ resourcePreEvent: { metadata: buildMetadata(step), planning: isPreview } }),
    ended: (step) => write({ resOutputsEvent: { metadata: buildMetadata(step), planning: isPreview } }),
    failed: (step, message) => {
      write({ resOpFailedEvent: { metadata: buildMetadata(step), status: 0, steps: 0 } })
      diagnostic('error', (step.now ?? step.before)?.urn ?? '', message)
    },
    problem: (urn, message) => diagnostic('error', urn, message),
    note: (message) => diagnostic('info', '', message),
    summary: (counts, seconds) => {
      const resourceChanges = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
      write({
        summaryEvent: { maybeCorrupt: false, durationSeconds: seconds, resourceChanges, policyPacks: {} },
      })
    },
  }
}

/** Pulumi's StepEventMetadata. The CLI prints `detailedDiff` paths with the values found in the new outputs. */
export function buildMetadata(step: StepEvent): Record<string, unknown> {
  const subject = step.now ?? step.before
  const replaceKeys = step.replaceKeys ?? []
  const detailedDiff = Object.fromEntries(
    Object.entries(step.diff).map(([path, kind]) => {
      const isReplaced = replaceKeys.includes(path.split('.')[0] ?? path)
      return [path, { kind: isReplaced ? `${kind}-replace` : kind, inputDiff: true }]
    }),
  )
  return {
    op: step.operation,
    urn: subject?.urn ?? '',
    type: subject?.type ?? '',
    old: step.before ? buildEventState(step.before) : null,
    new: step.now ? buildEventState(step.now) : null,
    keys: replaceKeys.length > 0 ? replaceKeys : null,
    diffs: Object.keys(step.diff).map((path) => path.split('.')[0]),
    detailedDiff: Object.keys(detailedDiff).length > 0 ? detailedDiff : null,
    logical: true,
    provider: '',
  }
}

function buildEventState(resource: ResourceState): Record<string, unknown> {
  return {
    type: resource.type,
    urn: resource.urn,
    custom: resource.custom,
    id: resource.id ?? '',
    parent: resource.parent ?? '',
    protect: resource.protect ?? false,
    inputs: resource.inputs,
    // The CLI looks a changed path up in the outputs, where a provider would repeat the inputs.
    outputs: { ...resource.inputs, ...resource.outputs },
  }
}
