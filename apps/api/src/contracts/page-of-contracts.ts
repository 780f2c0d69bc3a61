import type { ContractList, ContractListQuery } from '@lean-ops/common/contract/contracts'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { listContracts } from '@lean-ops/common/control-plane/contracts/list-contracts'
import { decodeCursor } from '@lean-ops/common/control-plane/cursor'
import { z } from 'zod'
import { cutPage } from '../http/cut-page.ts'

const Position = z.object({ topic: z.string().max(48) })

/** One page of contracts, by topic. */
export async function pageOfContracts(
  db: Database,
  owners: '*' | readonly string[],
  query: z.infer<typeof ContractListQuery>,
): Promise<ContractList> {
  const rows = await listContracts(db, {
    owners,
    ...(query.state === undefined ? {} : { state: query.state }),
    ...(query.topic === undefined ? {} : { topic: query.topic }),
    ...(query.cursor === undefined ? {} : { after: decodeCursor(Position, query.cursor).topic }),
    limit: query.limit + 1,
  })
  const { page, nextCursor } = cutPage(rows, query.limit, ({ topic }) => ({ topic }))
  return { contracts: page, nextCursor }
}
