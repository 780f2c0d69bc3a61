import { AppError } from '@lean-ops/common/errors/app-error'
import { defaultShares, type TrafficShares, trafficKinds } from './generate-messages.ts'

const none: TrafficShares = Object.fromEntries(trafficKinds.map((k) => [k, 0])) as TrafficShares

/**
 * `default`, `none`, or shares: `malformed=0.2,duplicate=0.05` (what is not named is 0).
 * Throws INVALID_INPUT for unknown kinds, shares outside 0…1, and sums above 1.
 */
export function parseShares(text: string): TrafficShares {
  if (text === 'default') return defaultShares
  if (text === 'none') return none
  const shares: Record<string, number> = { ...none }
  for (const part of text.split(',')) {
    const [kind = '', share = ''] = part.split('=')
    const value = Number(share)
    if (!Object.hasOwn(none, kind))
      throw new AppError('INVALID_INPUT', `"${kind}" is no fault: there are ${trafficKinds.join(', ')}`)
    if (share === '' || !(value >= 0 && value <= 1))
      throw new AppError('INVALID_INPUT', `${kind}: the share must be between 0 and 1, e.g. ${kind}=0.05`)
    shares[kind] = value
  }
  if (Object.values(shares).reduce((a, b) => a + b, 0) > 1)
    throw new AppError('INVALID_INPUT', 'the shares add up to more than 1')
  return shares as TrafficShares
}
