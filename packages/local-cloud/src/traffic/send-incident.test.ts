import type { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { recogniseBody } from '@lean-ops/common/messages/recognise-body'
import { expect, it } from 'vitest'
import { incident, sendIncident } from './send-incident.ts'

it('every message fails as the drill says, and passes once it is taken out of its list; refused entries come again', async () => {
  const bodies: string[] = []
  let refusals = 3
  const sqs = {
    send: async (command: unknown) => {
      const { Entries = [] } = (command as SendMessageBatchCommand).input
      const refused = refusals-- > 0 ? Entries.slice(0, 1) : []
      for (const entry of Entries.slice(refused.length)) bodies.push(entry.MessageBody ?? '')
      return { Failed: refused.map(({ Id }) => ({ Id, SenderFault: false, Code: 'Busy' })) }
    },
  }

  await sendIncident(
    { sqs: sqs as never, queueUrl: 'http://queue', now: () => 0 },
    new AbortController().signal,
  )

  expect(new Set(bodies).size).toBe(incident.count)
  for (const body of bodies) {
    expect(recogniseBody(body)).toMatchObject({ ok: false, fault: { code: incident.code } })
    expect(recogniseBody(JSON.stringify(JSON.parse(body)[0]))).toMatchObject({ ok: true })
  }
})
