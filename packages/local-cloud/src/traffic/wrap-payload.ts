import type { Random } from './create-random.ts'

/** Puts a payload into one of the envelopes that producers use; all of them carry the same id and time. */
export function wrapPayload(
  payload: string,
  { messageId, publishMs }: { messageId: string; publishMs: number },
  random: Random,
): string {
  const id = JSON.stringify(messageId)
  const time = JSON.stringify(new Date(publishMs).toISOString())
  const draw = random.next()
  if (draw < 0.7) return `{"message_id":${id},"publish_time":${time},${payload.slice(1)}`
  if (draw < 0.8) return `{"messageId":${id},"publishTime":${time},"payload":${payload}}`
  if (draw < 0.85) return `{"messageId":${id},"publishTime":${time},"payload":${JSON.stringify(payload)}}`
  if (draw < 0.93) {
    const data = Buffer.from(payload).toString('base64')
    return `{"message":{"data":"${data}","messageId":${id},"publishTime":${time}},"subscription":"projects/shop/subscriptions/lean-ops"}`
  }
  return `{"Type":"Notification","MessageId":${id},"TopicArn":"arn:aws:sns:us-east-1:000000000000:shop","Message":${JSON.stringify(payload)},"Timestamp":${time}}`
}
