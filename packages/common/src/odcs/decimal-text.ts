/** An exact decimal number: value = (isNegative ? -1 : 1) × digits × 10^exponent; digits without zeros at either end, '' = 0. */
export type ExactNumber = { isNegative: boolean; digits: string; exponent: number }

const jsonNumber = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Parses a JSON number text, leading zeros allowed; undefined when it is none. Any size, no rounding. */
export function parseExact(text: string): ExactNumber | undefined {
  const match = jsonNumber.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', power = '0'] = match
  const all = `${whole}${fraction}`.replace(/^0+/, '')
  const digits = trimZerosAtEnd(all)
  if (digits === '') return { isNegative: false, digits: '', exponent: 0 }
  const exponent = Number(power) - fraction.length + (all.length - digits.length)
  return { isNegative: sign === '-', digits, exponent }
}

/** A pattern such as /0+$/ is quadratic on hostile digits. */
function trimZerosAtEnd(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0x30) end -= 1
  return text.slice(0, end)
}

/**
 * Fixed-point text with exactly `scale` decimals, or undefined when it has more decimals or more than
 * `wholeDigitsMax` digits before the point: nothing is rounded.
 */
export function toFixedText(value: ExactNumber, wholeDigitsMax: number, scale: number): string | undefined {
  if (value.digits === '') return scale === 0 ? '0' : `0.${'0'.repeat(scale)}`
  if (-value.exponent > scale || value.digits.length + value.exponent > wholeDigitsMax) return undefined
  const unscaled = `${value.digits}${'0'.repeat(value.exponent + scale)}`.padStart(scale + 1, '0')
  const whole = unscaled.slice(0, unscaled.length - scale)
  const sign = value.isNegative ? '-' : ''
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${unscaled.slice(-scale)}`
}

/** Negative, 0 or positive as a < b, a = b, a > b; both are plain decimal or JSON number texts. Exact. */
export function compareExact(a: string, b: string): number {
  const [x, y] = [parseExact(a), parseExact(b)]
  if (x === undefined || y === undefined) throw new Error('compareExact needs two numbers')
  const [signX, signY] = [signOf(x), signOf(y)]
  if (signX !== signY || signX === 0) return signX - signY
  return signX * compareMagnitude(x, y)
}

const signOf = (n: ExactNumber): number => (n.digits === '' ? 0 : n.isNegative ? -1 : 1)

function compareMagnitude(x: ExactNumber, y: ExactNumber): number {
  const byLength = x.digits.length + x.exponent - (y.digits.length + y.exponent)
  if (byLength !== 0) return byLength
  const length = Math.max(x.digits.length, y.digits.length)
  const [a, b] = [x.digits.padEnd(length, '0'), y.digits.padEnd(length, '0')]
  return a < b ? -1 : a > b ? 1 : 0
}
