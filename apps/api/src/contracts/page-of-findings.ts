import type { FindingList, FindingListQuery } from '@lean-ops/common/contract/contracts'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { listFindings } from '@lean-ops/common/control-plane/contracts/list-findings'
import { decodeCursor } from '@lean-ops/common/control-plane/cursor'
import { scrubMessage } from '@lean-ops/common/masking/scrub-message'
import { z } from 'zod'
import { cutPage } from '../http/cut-page.ts'

const Position = z.object({ at: z.iso.datetime(), id: z.uuid() })

/** One page of a topic's findings, last seen first. */
export async function pageOfFindings(
  db: Database,
  topic: string,
  query: z.infer<typeof FindingListQuery>,
): Promise<FindingList> {
  const rows = await listFindings(db, {
    topic,
    ...(query.state === undefined ? {} : { state: query.state }),
    ...(query.cursor === undefined ? {} : { after: decodeCursor(Position, query.cursor) }),
    limit: query.limit + 1,
  })
  const { page, nextCursor } = cutPage(rows, query.limit, ({ lastSeenAt: at, id }) => ({ at, id }))
  return {
    findings: page.map((finding) => ({ ...finding, detail: scrubMessage(finding.detail) })),
    nextCursor,
  }
}
