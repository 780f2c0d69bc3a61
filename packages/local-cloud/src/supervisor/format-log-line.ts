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
  // Metrics in CloudWatch's embedded format; most of them are zero.
  if ('_aws' in fields) {
    const counted = Object.entries(fields).filter(([, value]) => value !== 0)
    return pc.dim(`metrics ${shownFields(Object.fromEntries(counted))}`)
  }
  const level = String(fields.level ?? '').toUpperCase()
  const text = [level, String(fields.message ?? fields.errorMessage ?? ''), pc.dim(shownFields(fields))]
  return (paint[level] ?? ((same: string) => same))(text.filter(Boolean).join(' '))
}

function shownFields(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([key]) => key !== '_aws' && !unshown.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
