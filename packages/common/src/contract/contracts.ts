import { z } from 'zod'
import { ContractSource, ContractState } from './contract-state.ts'
import { FindingKind, FindingState } from './finding.ts'
import { Instant } from './time.ts'
import { WhatIf } from './what-if.ts'

const Who = z.object({ id: z.string(), name: z.string() }).nullable()

/** One content of a topic's contract file. */
export const ContractVersion = z
  .object({
    topic: z.string(),
    /** Of the file's text; names the version where two drafts carry the same number. */
    sha256: z.string(),
    version: z.string(),
    state: ContractState,
    source: ContractSource,
    /** What the file itself says: a draft keeps the gate closed. */
    status: z.enum(['draft', 'active']),
    columns: z.int(),
    gitCommit: z.string().nullable(),
    createdAt: Instant,
    createdBy: Who,
    activatedAt: Instant.nullable(),
    activatedBy: Who,
    supersededAt: Instant.nullable(),
    migratedAt: Instant.nullable(),
    migrationVerifiedAt: Instant.nullable(),
    rowVersion: z.int(),
    /** When its what-if was last run; null = never. */
    whatIfAt: Instant.nullable(),
  })
  .meta({ id: 'ContractVersion' })
export type ContractVersion = z.infer<typeof ContractVersion>

/** A topic's contract in the list: the version the jobs obey, and what waits beside it. */
export const ContractRow = z
  .object({
    topic: z.string(),
    owner: z.string(),
    /** Null while only drafts are known. */
    active: ContractVersion.nullable(),
    /** The newest draft; null without one. */
    draft: ContractVersion.nullable(),
    /** Open: rows reach the semantic table. */
    isGateOpen: z.boolean(),
    isAheadOfGit: z.boolean(),
    findingsOpen: z.int(),
  })
  .meta({ id: 'ContractRow' })
export type ContractRow = z.infer<typeof ContractRow>

export const ContractListQuery = z.object({
  state: ContractState.optional(),
  topic: z.string().min(1).max(48).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
})

export const ContractList = z
  .object({ contracts: z.array(ContractRow), nextCursor: z.string().nullable() })
  .meta({ id: 'ContractList' })
export type ContractList = z.infer<typeof ContractList>

export const ContractDetail = z
  .object({ contract: ContractRow, versions: z.array(ContractVersion) })
  .meta({ id: 'ContractDetail' })
export type ContractDetail = z.infer<typeof ContractDetail>

export const ContractText = z
  .object({
    version: ContractVersion,
    /** The whole file. */
    yaml: z.string(),
    whatIf: WhatIf.nullable(),
  })
  .meta({ id: 'ContractText' })
export type ContractText = z.infer<typeof ContractText>

export const ContractComparison = z
  .object({
    topic: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    isBreaking: z.boolean(),
    versionMin: z.string().nullable(),
    changes: z.array(
      z.object({
        verdict: z.enum(['compatible', 'breaking']),
        path: z.string(),
        what: z.string(),
        reason: z.string(),
        remedy: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ContractComparison' })
export type ContractComparison = z.infer<typeof ContractComparison>

export const ContractDiffQuery = z.object({
  /** Version number or the first 8 or more characters of its hash; omitted = what the jobs obey. */
  from: z.string().min(1).max(64).optional(),
  /** Omitted = the newest version. */
  to: z.string().min(1).max(64).optional(),
})

export const ContractFinding = z
  .object({
    id: z.uuid(),
    topic: z.string(),
    kind: FindingKind,
    path: z.string(),
    column: z.string(),
    count: z.int(),
    sampleMessageId: z.string().nullable(),
    detail: z.string(),
    state: FindingState,
    ignoredUntil: Instant.nullable(),
    firstSeenAt: Instant,
    lastSeenAt: Instant,
    lastPassId: z.string().nullable(),
    rowVersion: z.int(),
  })
  .meta({ id: 'ContractFinding' })
export type ContractFinding = z.infer<typeof ContractFinding>

export const FindingListQuery = z.object({
  state: FindingState.optional(),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const FindingList = z
  .object({ findings: z.array(ContractFinding), nextCursor: z.string().nullable() })
  .meta({ id: 'FindingList' })
export type FindingList = z.infer<typeof FindingList>

const Reason = z.string().trim().min(1, 'say why: the audit keeps it').max(500)

/** A candidate for a topic: the text of its contract file. It takes effect only when it is activated. */
export const ProposeContract = z
  .strictObject({ yaml: z.string().min(1).max(900_000), reason: Reason })
  .meta({ id: 'ProposeContract' })
export type ProposeContract = z.infer<typeof ProposeContract>

export const ActivateContract = z
  .strictObject({
    reason: Reason,
    /** Activates although the what-if ran out of time and judged only the newest rows. */
    acceptCutWhatIf: z.boolean().default(false),
  })
  .meta({ id: 'ActivateContract' })
export type ActivateContract = z.infer<typeof ActivateContract>
