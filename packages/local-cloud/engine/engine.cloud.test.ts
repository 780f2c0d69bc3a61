import { randomBytes } from 'node:crypto'
import { copyFile, rm } from 'node:fs/promises'
import { DeleteQueueCommand, GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs'
import { DeleteParameterCommand, GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Clients, createClients } from '../provider/clients.ts'
import { useLocalCloud } from '../src/testing/local-cloud.ts'
import { type TestResource, useEngine } from './testing/use-engine.ts'

const endpoint = process.env.LEAN_OPS_TEST_ENDPOINT ?? useLocalCloud().endpoint
const queueType = 'aws:sqs/queue:Queue'

describe('the engine as the SST CLI calls it', () => {
  let clients: Clients
  let app: string
  let engine: Awaited<ReturnType<typeof useEngine>>

  beforeEach(async () => {
    app = `t${randomBytes(4).toString('hex')}`
    clients = createClients({ endpoint, region: 'us-east-1' })
    engine = await useEngine({ endpoint, app, stage: 'local' })
    await engine.run('stack')
  })
  afterEach(async () => {
    await engine.run('destroy')
    await engine.close()
    clients.close()
  })

  const queue = (name: string, inputs = {}, options = {}): TestResource => ({
    type: queueType,
    name,
    inputs: { name: `${app}-${name}`, ...inputs },
    outputs: ['arn', 'url'],
    options,
  })
  const queueNames = async () => {
    const { QueueUrls = [] } = await clients.sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: app, MaxResults: 1000 }),
    )
    return QueueUrls.map((url) => url.split('/').at(-1)).sort()
  }
  const visibilityOf = async (name: string) => {
    const QueueUrl = `${endpoint}/000000000000/${app}-${name}`
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    )
    return Attributes?.VisibilityTimeout
  }
  const serialParameter = () => ({ Name: `/${app}/local/deploy-serial` })

  test('creates, leaves alone, updates and deletes, and what was asked to stay stays', async () => {
    const component = { type: 'test:index:Group', name: 'Group' }
    const first = await engine.run('up', [
      component,
      queue('A', {}, { parent: 'Group' }),
      queue('B', {}, { retainOnDelete: true }),
      queue('C'),
    ])
    expect(first.problems).toEqual([])
    expect(first.code).toBe(0)
    expect(await queueNames()).toEqual([`${app}-A`, `${app}-B`, `${app}-C`])

    const second = await engine.run('up', [
      component,
      queue('A', {}, { parent: 'Group' }),
      queue('B', {}, { retainOnDelete: true }),
      queue('C'),
    ])
    expect(second.steps).toEqual([])
    expect(second.counts).toEqual({ same: 5 })

    const third = await engine.run('up', [
      component,
      queue('A', { visibilityTimeoutSeconds: 77 }, { parent: 'Group' }),
    ])
    expect([...third.steps].sort()).toEqual(['delete B', 'delete C', 'update A'])
    expect(await visibilityOf('A')).toBe('77')
    expect(await queueNames()).toEqual([`${app}-A`, `${app}-B`])
    await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: `${endpoint}/000000000000/${app}-B` }))

    const gone = await engine.run('destroy')
    expect(gone.code).toBe(0)
    expect(await queueNames()).toEqual([])
    await expect(clients.ssm.send(new GetParameterCommand(serialParameter()))).rejects.toThrow()
  })

  test('a preview names creates, updates, replacements and deletes, and changes nothing', async () => {
    const role = (name: string) => ({
      type: 'aws:iam/role:Role',
      name: 'R',
      inputs: { name: `${app}-${name}`, assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}' },
    })
    await engine.run('up', [queue('A'), queue('B'), role('one')])
    const before = await engine.resources()

    const redrivePolicy = '$C.arn'
    const plan = [queue('C'), queue('A', { visibilityTimeoutSeconds: 5, redrivePolicy }), role('two')]
    const preview = await engine.run('preview', plan)

    expect(preview.problems).toEqual([])
    expect([...preview.steps].sort()).toEqual(['create C', 'delete B', 'replace R', 'update A'])
    expect(preview.counts).toEqual({ create: 1, update: 1, replace: 1, delete: 1, same: 1 })
    const update = preview.events.find(({ resOutputsEvent: e }) => e?.metadata.op === 'update')
    expect(Object.keys(update?.resOutputsEvent?.metadata.detailedDiff ?? {}).sort()).toEqual([
      'redrivePolicy',
      'visibilityTimeoutSeconds',
    ])
    expect(await queueNames()).toEqual([`${app}-A`, `${app}-B`])
    expect(await engine.resources()).toEqual(before)
  })

  test('a replacement that would lose data is refused, and the rest of the stack stays as it is', async () => {
    await engine.run('up', [queue('A'), queue('B')])

    const refused = await engine.run('up', [queue('A', { name: `${app}-other` })])

    expect(refused.code).not.toBe(0)
    expect(refused.problems.join()).toContain(
      `${queueType} "A": "name" cannot be changed in place ("${app}-A" → "${app}-other"). Remedy: `,
    )
    expect(await queueNames()).toEqual([`${app}-A`, `${app}-B`])
    expect((await engine.run('up', [queue('A'), queue('B')])).code).toBe(0)
  })

  test('a protected resource is removed neither by a deployment nor with its stack', async () => {
    await engine.run('up', [queue('A', {}, { protect: true }), queue('B')])

    const left = await engine.run('up', [])
    const destroyed = await engine.run('destroy')

    for (const { code, problems } of [left, destroyed]) {
      expect(code).not.toBe(0)
      expect(problems.join()).toContain(`"A" is protected and cannot be removed. Remedy: `)
    }
    expect(await queueNames()).toEqual([`${app}-A`, `${app}-B`])
    expect((await engine.run('up', [queue('A'), queue('B')])).code).toBe(0)
  })

  test('an unknown type and a property that would be dropped are errors that name them', async () => {
    const unknown = await engine.run('up', [{ type: 'aws:neptune/cluster:Cluster', name: 'N' }])
    const dropped = await engine.run('up', [queue('A', { visiblityTimeoutSeconds: 5 })])

    expect(unknown.problems.join()).toContain('aws:neptune/cluster:Cluster has no local treatment')
    expect(dropped.problems.join()).toContain(`${queueType} "A": "visiblityTimeoutSeconds" would be dropped`)
    expect(await queueNames()).toEqual([])
  })

  test('an emulator that went back to an earlier save gets everything again', async () => {
    const plan = [queue('A'), queue('B')]
    await engine.run('up', plan)
    await clients.ssm.send(new DeleteParameterCommand(serialParameter()))
    await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: `${endpoint}/000000000000/${app}-A` }))

    const repaired = await engine.run('up', plan)
    const quiet = await engine.run('up', plan)

    expect([...repaired.steps].sort()).toEqual(['update A', 'update B'])
    expect(await queueNames()).toEqual([`${app}-A`, `${app}-B`])
    expect(quiet.steps).toEqual([])
  })

  test('a refresh forgets what is gone, and the next deployment makes it again', async () => {
    await engine.run('up', [queue('A'), queue('B')])
    await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: `${endpoint}/000000000000/${app}-A` }))

    const refreshed = await engine.run('refresh')
    const deployed = await engine.run('up', [queue('A'), queue('B')])

    expect(refreshed.steps).toEqual(['delete A'])
    expect(deployed.steps).toEqual(['create A'])
  })

  test('a failure in the middle keeps what was made, and the next deployment goes on from there', async () => {
    const broken = await engine.run('up', [
      queue('A'),
      queue('Bad', { redrivePolicy: 'not json' }, { dependsOn: ['A'] }),
    ])
    expect(broken.code).not.toBe(0)
    expect(
      (await engine.resources()).filter(({ custom }) => custom).map(({ urn }) => urn.split('::').at(-1)),
    ).toEqual(['A'])

    const mended = await engine.run('up', [queue('A'), queue('Good', {}, { dependsOn: ['A'] })])

    // The half-made queue existed already when its settings were refused.
    expect([...mended.steps].sort()).toEqual(['create Good', 'delete Bad'])
    expect(await queueNames()).toEqual([`${app}-A`, `${app}-Good`])
  })

  test('an address that is not this machine is refused before anything is read', async () => {
    const far = await useEngine({ endpoint: 'https://sqs.us-east-1.amazonaws.com', app, stage: 'local' })

    const run = await far.run('up', [queue('A')])

    expect(run.code).toBe(1)
    expect(run.problems.join()).toContain('not a loopback address')
    await far.close()
  })

  test('kill -9 at any moment, of the engine alone or of the CLI with its state: the next deployment ends right', async () => {
    // As SST names things: random letters at first, the earlier ones ever after.
    const random = (i: number): TestResource => ({
      type: queueType,
      name: `Q${i}`,
      inputs: { name: `${app}-$random`, visibilityTimeoutSeconds: 30 + i },
      outputs: ['arn'],
      options: { ignoreChanges: ['name'], ...(i > 5 && { dependsOn: [`Q${i - 5}`] }) },
    })
    const pushed = `${engine.stateFile}.pushed`
    await copyFile(engine.stateFile, pushed)

    // Every round has new work; on a busy machine a deployment may still end before the kill reaches it.
    const plan: TestResource[] = []
    let kills = 0
    for (let round = 0; kills < 4 && round < 16; round++) {
      for (let i = 0; i < 20; i++) plan.push(random(plan.length))
      const run = await engine.run('up', plan, { killAfterEvents: 1 + Math.floor(Math.random() * 30) })
      if (run.signal === 'SIGKILL') kills += 1
      else expect(run.problems).toEqual([])
      // Every other kill: the CLI died too, before it could push what the engine wrote last.
      if (run.signal === 'SIGKILL' && kills % 2 === 0) await copyFile(pushed, engine.stateFile)
      else await copyFile(engine.stateFile, pushed)
    }
    expect(kills).toBe(4)
    const finished = await engine.run('up', plan)
    const again = await engine.run('up', plan)

    expect(finished.problems).toEqual([])
    expect(again.counts).toEqual({ same: plan.length + 1 })
    const known = (await engine.resources()).flatMap(({ type, outputs }) =>
      type === queueType ? [outputs.name] : [],
    )
    expect(await queueNames()).toEqual(known.sort())
    expect(known).toHaveLength(plan.length)
    await rm(pushed)
  })
})
