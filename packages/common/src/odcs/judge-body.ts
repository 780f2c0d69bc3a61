import { findJsonText } from '../messages/find-json-text.ts'
import { type BodyFault, recogniseBody } from '../messages/recognise-body.ts'
import type { ContractModel } from './contract-model.ts'
import { type RowVerdict, validateRow } from './validate-row.ts'

export type BodyVerdict =
  | { stage: 'ingest'; fault: BodyFault }
  /** Null = the gate is closed: the message ends in curated and no contract judges it. */
  | { stage: 'semantic'; verdict: RowVerdict | null }

/** What today's recognition and today's contract say of a body, without sending it anywhere: "would it work now?" */
export function judgeBody(body: string, contract: Pick<ContractModel, 'status' | 'columns'>): BodyVerdict {
  const recognised = recogniseBody(body)
  if (!recognised.ok) return { stage: 'ingest', fault: recognised.fault }
  const payload = findJsonText(recognised.source.text, recognised.source.path)
  if (payload === undefined) throw new Error('a recognised body has a payload')
  const verdict = contract.status === 'active' ? validateRow(payload, contract.columns) : null
  return { stage: 'semantic', verdict }
}
