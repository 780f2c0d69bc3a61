import { writeFile } from 'node:fs/promises'
import webhooks from '@octokit/webhooks-examples' with { type: 'json' }

export type MessageFile = { file: string; count: number; bytes: number; malformed: number }

const malformedEvery = 100

/** The package is one JSON file, but its types describe a module with a default export. */
const examples = webhooks as unknown as { examples: unknown[] }[]

/**
 * Writes `count` bodies as JSON strings, one a line: every real GitHub webhook once, then orders of about 0.9 KB whose
 * amounts are written 5.50. With `isFaulty`, every hundredth order is cut off in the middle.
 */
export async function writeMessages(
  file: string,
  count: number,
  options: { isFaulty: boolean },
): Promise<MessageFile> {
  const bodies: string[] = examples
    .flatMap((e) => e.examples)
    .map((e) => JSON.stringify(e))
    .slice(0, count)
  let malformed = 0
  for (let n = bodies.length; n < count; n += 1) {
    const body = order(n)
    const isCut = options.isFaulty && n % malformedEvery === 0
    if (isCut) malformed += 1
    bodies.push(isCut ? body.slice(0, body.length / 2) : body)
  }
  await writeFile(file, bodies.map((b) => JSON.stringify(b)).join('\n'))
  return { file, count, bytes: bodies.reduce((sum, b) => sum + Buffer.byteLength(b), 0), malformed }
}

/** Text, not an object: JSON.stringify would write 5.5. */
function order(n: number): string {
  const second = String(n % 60).padStart(2, '0')
  const minute = String(Math.floor(n / 60) % 60).padStart(2, '0')
  const at = `2026-01-02T03:${minute}:${second}.000Z`
  const items = Array.from(
    { length: 4 },
    (_, i) =>
      `{"sku":"SKU-${(n * 7 + i) % 9973}","title":"Blue cotton shirt, size ${i}","quantity":${(i % 3) + 1},"price":5.50,"tax":0.10}`,
  )
  return `{"message_id":"order-${n}","publish_time":"${at}","_metadata":{"idempotencyKeyResource":"order-${n}","periodReference":"2026-01","correlationId":"trace-${n % 1000}"},"orderId":"order-${n}","userId":"user-${n % 5000}","status":"PAID","amount":22.00,"currency":"EUR","email":"user${n % 5000}@example.com","updatedAt":"${at}","shipping":{"name":"Ada Example","street":"Long Street ${n % 200}","city":"Basel","zip":"4051","country":"CH"},"items":[${items.join(',')}]}`
}
