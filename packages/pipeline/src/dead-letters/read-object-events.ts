import { z } from 'zod'
import type { ErrorObject } from './index-error-object.ts'

const Notification = z.looseObject({
  Records: z.array(
    z.looseObject({
      s3: z.looseObject({
        bucket: z.looseObject({ name: z.string() }),
        object: z.looseObject({ key: z.string() }),
      }),
    }),
  ),
})
const TestEvent = z.looseObject({ Event: z.literal('s3:TestEvent') })

/**
 * An S3 notification's body → the objects it announces. S3 sends `s3:TestEvent` when the notification is set up: nothing.
 * Throws a ZodError or SyntaxError for anything else, so that it ends in the indexer's own DLQ and not in silence.
 */
export function readObjectEvents(body: string): ErrorObject[] {
  const value: unknown = JSON.parse(body)
  if (TestEvent.safeParse(value).success) return []
  return Notification.parse(value).Records.map(({ s3 }) => ({
    bucket: s3.bucket.name,
    // Keys come form-encoded: a space is a plus.
    key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')),
  }))
}

/** The same form, for objects that a notification missed. */
export const objectEvent = ({ bucket, key }: ErrorObject): string =>
  JSON.stringify({
    Records: [
      {
        eventSource: 'lean-ops:reconciler',
        s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll('%20', '+') } },
      },
    ],
  })
