import { z } from 'zod'

/** One value or several; in a URL `?topic=a&topic=b`. Absent means no restriction. */
export const oneOrMore = <S extends z.ZodType>(schema: S) =>
  z.preprocess(
    (v) => (v === undefined || Array.isArray(v) ? v : [v]),
    z.array(schema).min(1).max(100).optional(),
  )
