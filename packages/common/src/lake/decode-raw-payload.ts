import { gunzipSync } from 'node:zlib'

/** The original body of a RAW row (`payload_encoding` is `none` or `gzip+base64`); undefined when it has none. */
export function decodeRawPayload(row: Record<string, unknown>): string | undefined {
  const { json_payload: payload, payload_encoding: encoding } = row
  if (typeof payload !== 'string') return undefined
  if (encoding !== 'gzip+base64') return payload
  return gunzipSync(Buffer.from(payload, 'base64')).toString('utf8')
}
