import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import { AuditChain } from '@lean-ops/common/contract/audit'
import type { Output } from '../output.ts'
import { exitCodes } from '../usage-error.ts'

/** Says whether the audit is as it was written; ends with 1 when it is not. */
export async function verifyAudit(api: ApiClient, output: Output): Promise<number> {
  const { body } = await api.get('/audit/chain', AuditChain)
  const faults = [
    ...(body.brokenAt ? [`row ${body.brokenAt.seq} is broken (${body.brokenAt.fault})`] : []),
    ...body.contradictedExports.map((seq) => `the export up to row ${seq} says otherwise`),
  ]
  const verdict = body.isWhole ? 'The audit is whole' : `The audit was tampered with: ${faults.join('; ')}`
  output.result(body, `${verdict}. ${body.rows} rows, the last is ${body.lastSeq} with hash ${body.lastHash}`)
  return body.isWhole ? exitCodes.done : exitCodes.failed
}
