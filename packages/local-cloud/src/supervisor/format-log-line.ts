import pc from 'picocolors'

const paint: Record<string, (text: string) => string> = { ERROR: pc.red, CRITICAL: pc.red, WARN: pc.yellow }
/** Said by every line of a function, of no use to the eye; the files keep the whole line. */
const unshown = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'sampling_rate',
  'xray_trace_id',
  'requestId',
])

/** A structured log line as a person reads it; any other line as it is. */
export function formatLogLine(line: string): string {
  if (!line.startsWith('{')) return line
  let fields: Record<string, unknown>
  try {
    const parsed: unknown = JSON.parse(line)
    if (typeof parsed !== 'object' || parsed === null) return line
    fields = { ...parsed }
  } catch {
    return line
  }
  // Metrics in CloudWatch's embedded format are for the emulator's alarms.
  if ('_aws' in fields)
    return pc.dim(
      `metrics ${Object.keys(fields)
        .filter((key) => key !== '_aws')
        .join(' ')}`,
    )
  const level = String(fields.level ?? '').toUpperCase()
  const rest = Object.entries(fields)
    .filter(([key]) => !unshown.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const text = [level, String(fields.message ?? fields.errorMessage ?? ''), pc.dim(rest.join(' '))]
  return (paint[level] ?? ((same: string) => same))(text.filter(Boolean).join(' '))
}
