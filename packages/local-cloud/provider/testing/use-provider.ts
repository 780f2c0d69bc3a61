import { randomBytes } from 'node:crypto'
import { afterAll } from 'vitest'
import { putResource } from '../../engine/put-resource.ts'
import { useLocalCloud } from '../../src/testing/local-cloud.ts'
import { isNotFound } from '../aws-error.ts'
import { type Clients, createClients } from '../clients.ts'
import { getResourceKind } from '../registry.ts'
import type { CreatedKind, DeployedResource, ProviderContext } from '../resource-kind.ts'

export interface TestProvider {
  readonly clients: Clients
  readonly context: ProviderContext
  /** A physical name that no other test uses. */
  mint(word: string): string
  put(type: string, inputs: Inputs, previous?: DeployedResource): Promise<DeployedResource>
  /** The service's own description, or undefined when it is gone. */
  read(type: string, resource: DeployedResource): Promise<Readonly<Record<string, unknown>> | undefined>
  remove(type: string, resource: DeployedResource): Promise<void>
}

type Inputs = Readonly<Record<string, unknown>>

/**
 * The provider on a running emulator: `LEAN_OPS_TEST_ENDPOINT`, else the cloud that all cloud tests share.
 * What a test makes is removed at the end of its file, newest first.
 */
export function useProvider(): TestProvider {
  const endpoint = process.env.LEAN_OPS_TEST_ENDPOINT ?? useLocalCloud().endpoint
  const clients = createClients({ endpoint, region: 'us-east-1' })
  const context = { clients, endpoint, region: 'us-east-1', account: '000000000000' }
  const made = new Map<string, { type: string; resource: DeployedResource }>()
  const run = randomBytes(4).toString('hex')
  const remove = async (type: string, resource: DeployedResource) => {
    made.delete(`${type} ${resource.id}`)
    await createdKindOf(type)
      .remove(resource, context)
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
  }
  afterAll(async () => {
    for (const { type, resource } of [...made.values()].reverse()) await remove(type, resource)
    clients.close()
  })
  return {
    clients,
    context,
    mint: (word) => `t-${run}-${word}`,
    put: async (type, inputs, previous) => {
      const urn = `urn:pulumi:test::test::${type}::Subject${run}`
      const before = previous && { ...previous, urn, type, custom: true }
      const now = { urn, type, custom: true, inputs, outputs: {} }
      const outputs = await putResource(context, createdKindOf(type), now, before)
      const resource = { id: outputs.id, inputs, outputs }
      made.set(`${type} ${resource.id}`, { type, resource })
      return resource
    },
    read: (type, resource) => createdKindOf(type).read(resource, context),
    remove,
  }
}

function createdKindOf(type: string): CreatedKind {
  const kind = getResourceKind(type)
  if (kind.treatment !== 'created') throw new Error(`${type} is only recorded`)
  return kind
}
