const exact = new Intl.NumberFormat('en-US')
const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })
const oneDigitAlways = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const units = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** 12,408 */
export function formatExact(value: number | bigint): string {
  return exact.format(value)
}

/** 12.4 k; exact below 10,000, where every digit still counts. Truncates, so that 9,999,999 never reads "10 M". */
export function formatCompact(value: number): string {
  if (Math.abs(value) < 10_000) return exact.format(value)
  const [size, unit] = units.find(([size]) => Math.abs(value) >= size) ?? [1e3, 'k']
  const scaled = Math.trunc((value / size) * 10) / 10
  return `${oneDigitAlways.format(scaled)} ${unit}`
}

/** 0.4 % · 61 % · "< 0.1 %" for the few that are not none. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %'
  if (share < 1 && share > 0.999) return '> 99.9 %'
  return `${oneDigit.format(share * 100)} %`
}

/** "1 message", "1,204 messages" */
export function formatCount(value: number, one: string, many = `${one}s`): string {
  return `${exact.format(value)} ${value === 1 ? one : many}`
}
