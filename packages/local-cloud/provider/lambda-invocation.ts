import { InvokeCommand } from '@aws-sdk/client-lambda'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

/**
 * Invokes the function while deploying: the program's migrations run here, locally as on AWS. It runs when the resource is
 * made or its input or triggers change, and again when the emulator lost what an earlier run made.
 */
export const invocation = createdKind({
  type: 'aws:lambda/invocation:Invocation',
  immutable: ['functionName', 'qualifier'],
  replacement: { kind: 'delete-then-create' },
  ignored: {
    ...commonIgnored,
    triggers: 'only their change counts',
    lifecycleScope: 'local removals take everything along',
    terraformKey: 'local removals take everything along',
  },
  map: (inputs) => ({
    FunctionName: inputs.text('functionName'),
    Qualifier: inputs.textOr('qualifier'),
    Payload: inputs.document('input'),
  }),
  put: async (input, { clients }) => {
    const answer = await clients.lambda.send(
      new InvokeCommand({ ...input, Payload: Buffer.from(input.Payload), InvocationType: 'RequestResponse' }),
    )
    const result = Buffer.from(answer.Payload ?? []).toString('utf8')
    if (answer.FunctionError !== undefined)
      throw new Error(`${input.FunctionName} failed while deploying (${answer.FunctionError}): ${result}`)
    return { id: `${input.FunctionName}-invocation`, result }
  },
  remove: async () => undefined,
  read: async ({ outputs }) => ({ result: outputs.result }),
})
