import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createClients } from '../provider/clients.ts'
import { chooseCheckpoint, readCheckpoint } from './checkpoint.ts'
import { createCheckpointWriter } from './checkpoint-writer.ts'
import { answerDataSource } from './data-sources.ts'
import { deployResource } from './deploy-resource.ts'
import {
  createDeploySerial,
  findLoss,
  readCloudId,
  readDeploySerial,
  settleDeploySerial,
} from './deploy-serial.ts'
import type { Deployment } from './deployment.ts'
import { type OperationCounts, openEventLog } from './event-log.ts'
import { limitConcurrency } from './limit-concurrency.ts'
import { messageOf } from './message-of.ts'
import type { PulumiArguments } from './read-arguments.ts'
import { refreshResources } from './refresh.ts'
import { removeResources } from './remove-resources.ts'
import { runProgram } from './run-program.ts'
import { stateFileOf } from './state-file.ts'
import { writeFunctionIndex } from './write-function-index.ts'

const account = '000000000000'
/** Enough to keep the emulator busy; more only queues inside it. */
const parallelCalls = 12

/**
 * Runs `up`, `preview`, `refresh` or `destroy` and tells the CLI through its event log.
 * @returns the exit code: 0, or 255 when something failed.
 */
export async function runCommand(args: PulumiArguments, endpoint: string): Promise<number> {
  const started = Date.now()
  const isPreview = args.command === 'preview'
  const events = openEventLog(args.eventLog, isPreview)
  const counts: OperationCounts = { create: 0, update: 0, replace: 0, same: 0, delete: 0 }
  const region = args.config.get('aws:region') ?? process.env.AWS_REGION ?? 'us-east-1'
  const clients = createClients({ endpoint, region })
  const program = await programPath()
  const copy = copyFile(program, args, (await readCloudId(clients)) ?? 'unknown')
  const pulled = await readCheckpoint(stateFileOf(args))
  const before = chooseCheckpoint(pulled, await readCheckpoint(copy))
  const deployed = await readDeploySerial(clients, args)
  const lost = before.resources.length > 0 ? findLoss({ before, deployed, endpoint }) : undefined
  if (lost !== undefined && args.command === 'up') events.note(`${lost}: every resource is put again`)
  const serial = createDeploySerial(new Date())
  const writer = createCheckpointWriter({
    files: isPreview ? [] : [stateFileOf(args), copy],
    stack: args.stack,
    serial,
    endpoint,
    before,
    pulledSerial: pulled?.serial,
  })
  let isStopped = false
  const stop = () => {
    isStopped = true
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const orphaned = watchParent(stop)
  const deployment: Deployment = {
    writer,
    events,
    counts,
    context: { clients, region, account, endpoint },
    limit: limitConcurrency(parallelCalls),
    isPreview,
    force: lost !== undefined,
    isStopped: () => isStopped,
  }
  let failure: unknown
  try {
    if (args.targets.length > 0) throw new Error('--target has no local treatment: deploy the whole stage')
    if (args.command === 'destroy') await destroyStack(deployment)
    else if (args.command === 'refresh') await refreshResources(deployment)
    else await deployProgram(deployment, args, program)
  } catch (error) {
    failure = error
    console.error(error)
    events.problem('', messageOf(error))
  }
  if (!isPreview) {
    await writer.flush()
    // After a failure too: nothing is under way any more, so the checkpoint is what the emulator holds.
    await settleDeploySerial(clients, args, {
      written: writer.serial(),
      deployed,
      isGone: writer.resources().length === 0,
    })
    await writeFunctionIndex(copy.replace(/\.json$/, '.functions.json'), writer.resources())
  }
  events.summary(counts, Math.round((Date.now() - started) / 1000))
  console.log(JSON.stringify(counts))
  clearInterval(orphaned)
  clients.close()
  return failure === undefined ? 0 : 255
}

async function deployProgram(deployment: Deployment, args: PulumiArguments, program: string): Promise<void> {
  const { writer, context } = deployment
  const running = new Set<Promise<unknown>>()
  try {
    await runProgram({
      main: program,
      app: args.app,
      stage: args.stage,
      isPreview: deployment.isPreview,
      config: args.config,
      register: (registration) => {
        const work = deployResource(deployment, registration)
        running.add(work)
        return work
      },
      registerOutputs: (urn, outputs) => {
        const resource = writer.find(urn)
        if (resource !== undefined)
          writer.record({ ...resource, outputs: { ...resource.outputs, ...outputs } })
      },
      answer: (token, inputs) => answerDataSource(token, inputs, context),
    })
  } finally {
    // What is already under way is finished and recorded even when the program failed.
    await Promise.allSettled(running)
  }
  await removeResources(deployment, writer.unseen())
}

async function destroyStack(deployment: Deployment): Promise<void> {
  await removeResources(deployment, deployment.writer.unseen())
}

/** The CLI starts us detached: when it dies, we would deploy on with nobody to keep the state. */
function watchParent(stop: () => void): NodeJS.Timeout {
  const parent = process.ppid
  return setInterval(() => {
    if (process.ppid !== parent) stop()
  }, 250).unref()
}

async function programPath(): Promise<string> {
  const project = await readFile('Pulumi.yaml', 'utf8')
  const main = /^main: (.*)$/m.exec(project)?.[1]?.trim()
  if (main === undefined) throw new Error(`Pulumi.yaml in ${process.cwd()} names no main program`)
  return main
}

/**
 * Our own copy of the checkpoint, in the project's `.local`; the program lies in `<root>/.sst/platform`.
 * @param cloud tells the emulators of one clone apart.
 */
function copyFile(program: string, { app, stage }: PulumiArguments, cloud: string): string {
  return path.join(path.dirname(program), '../../.local/state/deploy', cloud, `${app}-${stage}.json`)
}
