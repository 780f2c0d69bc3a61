import { sql } from 'drizzle-orm'
import { AppError } from '../../errors/app-error.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

/** One contract file of the deployment. */
export type DeployedContract = {
  topic: string
  version: string
  /** Of `yaml`, hex. */
  sha256: string
  yaml: string
  model: ContractModel
}

export type SyncedContracts = { activated: string[]; drafts: string[]; caughtUp: string[] }

/**
 * Makes the deployed files what the jobs obey. A file that is older than an active version is refused, with the command
 * that writes the newer one: throws one CONFLICT that lists every such topic, and then nothing has changed.
 */
export async function syncContracts(
  db: Database,
  contracts: readonly DeployedContract[],
  gitCommit: string | null,
): Promise<SyncedContracts> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<Known>(
      sql`SELECT topic, sha256, version, state, source, model FROM contract_versions ORDER BY topic, sha256 FOR UPDATE`,
    )
    const known = Map.groupBy(rows, (row) => row.topic)
    const steps = contracts.map((file) => decideSync(file, known.get(file.topic) ?? []))
    const refused = steps.flatMap((step) => (step.do === 'refuse' ? [step] : []))
    if (refused.length > 0) throw refusal(refused)
    const done: SyncedContracts = { activated: [], drafts: [], caughtUp: [] }
    for (const [n, step] of steps.entries()) {
      const file = contracts[n]
      if (file === undefined || step.do === 'refuse' || step.do === 'nothing') continue
      await apply(tx, file, step.do, gitCommit)
      done[doneAs[step.do]].push(file.topic)
    }
    if (done.activated.length + done.drafts.length + done.caughtUp.length === 0) return done
    await bumpVersion(tx, 'contracts')
    await recordAudit(tx, {
      actor: { kind: 'system', id: 'deploy' },
      action: 'contract.sync',
      details: { ...done, gitCommit },
    })
    return done
  })
}

type Known = {
  topic: string
  sha256: string
  version: string
  state: 'draft' | 'active' | 'ahead_of_git' | 'superseded'
  source: 'git' | 'console'
  model: ContractModel
}

type Step =
  | { do: 'nothing' }
  /** Git has caught up with what was activated in the console. */
  | { do: 'catch_up' }
  | { do: 'activate' }
  | { do: 'draft' }
  | { do: 'refuse'; topic: string; file: string; active: string }

const doneAs = { catch_up: 'caughtUp', activate: 'activated', draft: 'drafts' } as const

/** What one file means for its topic. Pure. */
export function decideSync(
  file: DeployedContract,
  known: readonly Pick<Known, 'sha256' | 'version' | 'state' | 'source'>[],
): Step {
  const active = known.find((row) => row.state === 'active' || row.state === 'ahead_of_git')
  const same = known.find((row) => row.sha256 === file.sha256)
  if (active !== undefined && same === active) {
    return active.state === 'ahead_of_git' || active.source === 'console'
      ? { do: 'catch_up' }
      : { do: 'nothing' }
  }
  const wanted = file.model.status === 'active' ? 'activate' : 'draft'
  if (active === undefined)
    return wanted === 'draft' && same?.state === 'draft' && same.source === 'git'
      ? { do: 'nothing' }
      : { do: wanted }
  const isOlder = compareVersions(file.version, active.version) < 0
  // The same number with other text is an edit of words in git; against a version that git has never seen it is the older file.
  const isBehind =
    isOlder || (active.state === 'ahead_of_git' && compareVersions(file.version, active.version) === 0)
  if (isBehind) return { do: 'refuse', topic: file.topic, file: file.version, active: active.version }
  return { do: wanted }
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number))
  for (let n = 0; n < 3; n += 1) {
    const difference = (left?.[n] ?? 0) - (right?.[n] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function refusal(refused: readonly Extract<Step, { do: 'refuse' }>[]): AppError {
  const lines = refused.map((r) => `${r.topic}: the file is ${r.file}, and ${r.active} is active`)
  const topics = refused.map((r) => r.topic)
  return new AppError(
    'CONFLICT',
    `These contract files are older than what the jobs obey:\n${lines.join('\n')}\nRun: npm run contracts -- pull ${topics.join(' ')}\nthen commit and deploy again.`,
    { context: { reason: 'OLDER_THAN_ACTIVE', topics } },
  )
}

async function apply(
  tx: Pick<Database, 'execute'>,
  file: DeployedContract,
  step: 'catch_up' | 'activate' | 'draft',
  gitCommit: string | null,
): Promise<void> {
  if (step === 'catch_up') {
    await tx.execute(sql`
      UPDATE contract_versions SET state = 'active', source = 'git', git_commit = ${gitCommit}, row_version = row_version + 1
      WHERE topic = ${file.topic} AND sha256 = ${file.sha256}`)
    return
  }
  // Whatever was active, and git's draft of before, give way: one of each per topic.
  await tx.execute(sql`
    UPDATE contract_versions SET state = 'superseded', superseded_at = now(), row_version = row_version + 1
    WHERE topic = ${file.topic} AND sha256 <> ${file.sha256}
      AND (state IN ('active', 'ahead_of_git') OR (state = 'draft' AND source = 'git'))`)
  const state = step === 'activate' ? 'active' : 'draft'
  await tx.execute(sql`
    INSERT INTO contract_versions AS c (topic, sha256, version, model, yaml, state, source, git_commit, activated_at)
    VALUES (${file.topic}, ${file.sha256}, ${file.version}, ${toJsonParameter(file.model)}::jsonb, ${file.yaml}, ${state}, 'git',
      ${gitCommit}, CASE WHEN ${state} = 'active' THEN now() END)
    ON CONFLICT (topic, sha256) DO UPDATE SET state = excluded.state, source = 'git', git_commit = excluded.git_commit,
      model = excluded.model, activated_at = excluded.activated_at, superseded_at = NULL, row_version = c.row_version + 1`)
}
