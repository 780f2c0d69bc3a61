import { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { z } from 'zod'
import { UsageError } from './usage-error.ts'

/** Options of every command that selects dead letters; the names are the filter's own. */
export const filterOptions = {
  topic: { type: 'string', multiple: true },
  owner: { type: 'string', multiple: true },
  stage: { type: 'string', multiple: true },
  code: { type: 'string', multiple: true },
  fingerprint: { type: 'string', multiple: true },
  status: { type: 'string', multiple: true },
  'message-id': { type: 'string', multiple: true },
  last: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  text: { type: 'string' },
  path: { type: 'string' },
  'path-value': { type: 'string' },
  attribute: { type: 'string' },
  'attribute-value': { type: 'string' },
  'attempts-min': { type: 'string' },
  'size-min': { type: 'string' },
  'size-max': { type: 'string' },
  operation: { type: 'string' },
} as const

export const filterHelp = `  --topic NAME …        --owner TEAM …      --stage ingest|delivery|curated|semantic …
  --code CODE …         --fingerprint F …   --status open|verifying|resolved|unverified|discarded …
  --last 15m|24h|7d     --from TIME --to TIME (RFC 3339)
  --text WORDS          --path '$.a.b' --path-value V      --attribute NAME [--attribute-value V]
  --message-id ID …     --attempts-min N    --size-min BYTES --size-max BYTES    --operation ID`

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

/** Options → filter. Throws UsageError that names the option. */
export function filterFrom(values: Values): DeadLetterFilter {
  const given = {
    topic: values.topic,
    owner: values.owner,
    stage: values.stage,
    code: values.code,
    fingerprint: values.fingerprint,
    status: values.status,
    messageId: values['message-id'],
    last: values.last,
    failedFrom: values.from,
    failedTo: values.to,
    text: values.text,
    path: values.path,
    pathValue: values['path-value'],
    attribute: values.attribute,
    attributeValue: values['attribute-value'],
    attemptsMin: values['attempts-min'],
    sizeMin: values['size-min'],
    sizeMax: values['size-max'],
    operationId: values.operation,
  }
  const parsed = DeadLetterFilter.safeParse(
    Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)),
  )
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error))
  return parsed.data
}

/** Ids given as words, or the filter. */
export const selectionFrom = (ids: readonly string[], values: Values): PlanSelection =>
  ids.length > 0 ? { by: 'ids', ids: [...ids] } : { by: 'filter', filter: filterFrom(values), except: [] }
