import { describe, expect, it } from 'vitest'
import { maskBody } from './mask-body.ts'

const clear = [['orderId'], ['amount'], ['items', 'sku']]
const canary = 'canary-7f3a'

describe('maskBody', () => {
  it('shows the fields a contract names without classifying them, and hides all others, also unknown ones', () => {
    const body = `{"orderId":"1027","amount":1234.500,"email":"${canary}","new":{"field":"${canary}"},"items":[{"sku":"A","x":1}]}`

    expect(maskBody(body, clear)).toEqual({
      text: '{"orderId":"1027","amount":1234.500,"email":"•••","new":{"field":"•••"},"items":[{"sku":"A","x":"•••"}]}',
      layer: 'body',
      kind: 'fields',
    })
  })

  it('without a contract shows keys and shape only', () => {
    expect(maskBody('{"orderId":"1027","list":[1,2]}', null)).toEqual({
      text: '{"orderId":"•••","list":["•••","•••"]}',
      layer: 'body',
      kind: 'shape',
    })
  })

  it('finds the payload inside an envelope; the contract speaks of the payload only', () => {
    const body = `{"messageId":"m-1","orderId":"${canary}","payload":{"orderId":"1027","email":"${canary}"}}`

    expect(maskBody(body, clear).text).toBe(
      '{"messageId":"m-1","orderId":"•••","payload":{"orderId":"1027","email":"•••"}}',
    )
  })

  it('shows the content of a Pub/Sub push, never its base64', () => {
    const data = Buffer.from(`{"orderId":"1027","email":"${canary}"}`).toString('base64')

    const masked = maskBody(`{"subscription":"s","message":{"messageId":"1","data":"${data}"}}`, clear)

    expect(masked).toEqual({ text: '{"orderId":"1027","email":"•••"}', layer: 'inner', kind: 'fields' })
  })

  it.each([`not json ${canary}`, `{"a": "${canary}`, canary, `\u0000${canary}`])(
    'says only the size of what is not JSON: %j',
    (body) => {
      const masked = maskBody(body, clear)

      expect(masked.kind).toBe('none')
      expect(masked.text).not.toContain(canary)
    },
  )

  it.each([
    `"${canary}"`,
    `["${canary}"]`,
    `{"message":{"data":"${canary}"},"subscription":"s"}`,
    `{"Type":"Notification","Message":"${canary}"}`,
  ])('hides %s', (body) => {
    expect(maskBody(body, clear).text).not.toContain(canary)
  })
})
