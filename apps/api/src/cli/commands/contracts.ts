import { readFile } from 'node:fs/promises'
import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import {
  ContractComparison,
  ContractDetail,
  ContractList,
  ContractText,
  FindingList,
} from '@lean-ops/common/contract/contracts'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { type Output, table } from '../output.ts'
import { exitCodes, UsageError } from '../usage-error.ts'
import { watchOperation } from './watch-operation.ts'

export async function listContracts(api: ApiClient, output: Output): Promise<number> {
  const { body } = await api.get('/contracts', ContractList)
  const rows = body.contracts.map((c) => [
    c.topic,
    c.active?.version ?? null,
    c.isGateOpen ? 'open' : 'closed',
    c.isAheadOfGit ? 'ahead of git' : null,
    c.draft?.version ?? null,
    c.findingsOpen,
    c.owner,
  ])
  output.result(body, table(['topic', 'version', 'gate', 'git', 'draft', 'findings', 'owner'], rows))
  return exitCodes.done
}

export async function showContract(
  api: ApiClient,
  topic: string,
  version: string | undefined,
  output: Output,
): Promise<number> {
  if (version !== undefined) {
    const { body } = await api.get(`/contracts/${topic}/versions/${version}`, ContractText)
    output.result(body, body.yaml.trimEnd())
    return exitCodes.done
  }
  const { body } = await api.get(`/contracts/${topic}`, ContractDetail)
  const rows = body.versions.map((v) => [
    v.version,
    v.sha256.slice(0, 10),
    v.state,
    v.source,
    v.columns,
    v.createdAt,
    v.activatedAt,
    v.whatIfAt,
  ])
  output.result(
    body,
    table(['version', 'hash', 'state', 'source', 'columns', 'created', 'activated', 'what-if'], rows),
  )
  return exitCodes.done
}

export async function diffContract(
  api: ApiClient,
  topic: string,
  versions: { from: string | undefined; to: string | undefined },
  output: Output,
): Promise<number> {
  const { body } = await api.get(`/contracts/${topic}/diff`, ContractComparison, versions)
  const lines = body.changes.map(
    (c) =>
      `${c.verdict === 'breaking' ? '✗' : '✓'} ${c.path === '' ? '' : `${c.path}: `}${c.what}\n    ${c.reason}`,
  )
  output.result(
    body,
    [
      `${topic} ${body.before ?? '(none)'} → ${body.after}: ${body.isBreaking ? 'BREAKING' : 'compatible'}`,
      ...lines,
    ].join('\n'),
  )
  return body.isBreaking ? exitCodes.failed : exitCodes.done
}

export async function listFindings(api: ApiClient, topic: string, output: Output): Promise<number> {
  const { body } = await api.get(`/contracts/${topic}/findings`, FindingList)
  const rows = body.findings.map((f) => [f.kind, f.path, f.column, f.count, f.state, f.lastSeenAt, f.detail])
  output.result(body, table(['kind', 'path', 'column', 'count', 'state', 'last seen', ''], rows))
  return exitCodes.done
}

export async function proposeContract(
  api: ApiClient,
  topic: string,
  file: string,
  reason: string,
  output: Output,
): Promise<number> {
  const yaml = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`cannot read ${file}`)
  })
  const { body } = await api.send('POST', `/contracts/${topic}/versions`, ContractText, { yaml, reason })
  output.result(
    body,
    `${topic} ${body.version.version} is stored as a draft (${body.version.sha256.slice(0, 10)}); nothing obeys it yet`,
  )
  return exitCodes.done
}

/** Activates the version as it is now: somebody's change in between is a conflict. */
export async function activateContract(
  api: ApiClient,
  topic: string,
  version: string,
  given: { reason: string; acceptCutWhatIf: boolean },
  output: Output,
): Promise<number> {
  const path = `/contracts/${topic}/versions/${version}`
  const { etag } = await api.get(path, ContractText)
  const { body: operation } = await api.send(
    'POST',
    `${path}/activate`,
    OperationView,
    given,
    etag === undefined ? {} : { ifMatch: etag },
  )
  return watchOperation(api, operation.id, output)
}

/** The hash of a version, as the engine names it. */
export async function hashOf(api: ApiClient, topic: string, version: string): Promise<string> {
  const { body } = await api.get(`/contracts/${topic}/versions/${version}`, ContractText)
  return body.version.sha256
}
