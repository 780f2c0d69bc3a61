const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** 812 B · 64 KiB · 1.2 MiB */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${Number(value.toFixed(digits))} ${units[unit]}`
}
