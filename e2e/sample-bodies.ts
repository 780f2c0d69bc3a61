import { randomUUID } from 'node:crypto'

/** Bodies that ingestion refuses as NOT_AN_OBJECT, one group; each with a word of its own to find it by. */
export const lists = (count: number, word: string): string[] =>
  Array.from({ length: count }, (_, index) => JSON.stringify([`${word}-${index}`]))

/** Half of an emoji in a field that the contract leaves clear: refused as INVALID_UTF8, and can be edited right. */
export const brokenOrder = (email: string): string =>
  `{"orderId":"${randomUUID()}","userId":"user-1","status":"PLACED\\ud83d","amount":1234.500,"currency":"EUR",` +
  `"email":"${email}","updatedAt":"2026-11-23T08:00:00Z"}`
