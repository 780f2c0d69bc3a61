import { z } from 'zod'

/** An instant as ISO 8601 text in UTC, for example `2026-11-23T04:30:00.000Z`. */
export const Instant = z.iso.datetime()
