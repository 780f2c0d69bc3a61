/** A timestamp column as ISO 8601 text in UTC; null stays null, a missing one is null. Raw queries may give text or Date. */
export const isoOrNull = (at: Date | string | null | undefined): string | null =>
  at ? new Date(at).toISOString() : null
