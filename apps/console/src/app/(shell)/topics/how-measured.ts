type Sample = {
  collectedAt: string | null
  error: { code: string; message: string; at: string } | null
}

/** The hint of a measured value: what it counts, when it was read, and why it could not be read since. */
export function howMeasured(sample: Sample, what?: string): string {
  const read = sample.collectedAt === null ? 'never read' : `read {${sample.collectedAt}}`
  const failed = sample.error ? `\ncould not be read again: ${sample.error.message}` : ''
  return `${what ? `${what}, ` : ''}${read}${failed}`
}
