import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import type { Random } from './create-random.ts'

/** One version of one business object of a generated topic. */
export type Fact = { key: string; versionMs: number; serial: number }

/** Members of a payload with their exact JSON text: amounts must be written 5.50, which JSON.stringify cannot. */
export type Members = Map<string, string>

/** What a poisoned payload breaks: it passes ingestion and the semantic job must reject it. */
export type Poison = { members: Members; code: FailureCode }

type Composer = {
  keyName: string
  versionName: string
  compose(fact: Fact, random: Random): Members
  poisons: readonly [Poison, ...Poison[]]
}

const q = (value: string): string => JSON.stringify(value)
const money = (random: Random): string => `${random.below(500)}.${random.below(10)}0`
const at = (ms: number): string => q(new Date(ms).toISOString())
const poison = (code: FailureCode, name: string, text: string): Poison => ({
  code,
  members: new Map([[name, text]]),
})

/** Topics whose contract we know by heart; the field names are those of `contracts/`. */
export const composers: Readonly<Record<string, Composer>> = {
  orders: {
    keyName: 'orderId',
    versionName: 'updatedAt',
    compose: ({ key, versionMs }, random) => {
      const user = random.below(5_000)
      return new Map([
        ['orderId', q(key)],
        ['userId', q(`user-${user}`)],
        ['status', q(random.pick(['PLACED', 'PAID', 'SHIPPED', 'DELIVERED']))],
        ['amount', money(random)],
        ['currency', q(random.pick(['EUR', 'CHF', 'USD']))],
        ['email', q(`user${user}@example.com`)],
        ['updatedAt', at(versionMs)],
        ['items', items(random)],
      ])
    },
    poisons: [
      poison('CDE_MISSING', 'userId', 'null'),
      poison('TYPE_CAST', 'updatedAt', '"yesterday evening"'),
    ],
  },
  payments: {
    keyName: 'paymentId',
    versionName: 'settledAt',
    compose: ({ key, versionMs }, random) =>
      new Map([
        ['paymentId', q(key)],
        ['orderId', q(`order-${random.below(100_000)}`)],
        ['amount', money(random)],
        ['method', q(random.pick(['card', 'transfer', 'wallet']))],
        ['cardLast4', q(String(random.below(10_000)).padStart(4, '0'))],
        ['settledAt', at(versionMs)],
      ]),
    poisons: [poison('CDE_MISSING', 'orderId', '""'), poison('TYPE_CAST', 'amount', '"5.5.0"')],
  },
  events: {
    keyName: 'eventId',
    versionName: 'eventTimestamp',
    compose: ({ key, versionMs, serial }, random) =>
      new Map([
        ['eventId', q(key)],
        ['eventType', q(random.pick(['page_view', 'click', 'sign_in', 'purchase']))],
        ['userId', q(`user-${random.below(5_000)}`)],
        ['ipAddress', q(`192.0.2.${random.below(256)}`)],
        ['eventTimestamp', at(versionMs)],
        ['session', `{"id":${q(random.hex(16))},"pageNumber":${serial % 40},"isNew":${random.next() < 0.3}}`],
      ]),
    poisons: [poison('CDE_MISSING', 'userId', 'null'), poison('TYPE_CAST', 'eventTimestamp', '"not a time"')],
  },
}

function items(random: Random): string {
  const lines = Array.from(
    { length: 1 + random.below(4) },
    () => `{"sku":"SKU-${random.below(10_000)}","quantity":${1 + random.below(3)},"price":${money(random)}}`,
  )
  return `[${lines.join(',')}]`
}

/** Fields that no contract knows and a number that became text; the semantic job must take both. */
export function drifted(members: Members, random: Random): Members {
  const amount = members.get('amount')
  return new Map([
    ...members,
    ['extraField', q(random.hex(8))],
    ['client', `{"newMetric":${random.below(100)},"customTag":${q('beta')}}`],
    ...(amount === undefined ? [] : ([['amount', q(amount)]] as const)),
  ])
}

export const objectText = (members: Members): string =>
  `{${[...members].map(([name, text]) => `${q(name)}:${text}`).join(',')}}`
