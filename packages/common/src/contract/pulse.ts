import { z } from 'zod'
import { OperationKind, OperationState } from './operation.ts'
import { Instant } from './time.ts'
import { TopicPause } from './topic-pause.ts'

export const pulsePausesMax = 5

/** What every open page asks for every few seconds: small, never cached. */
export const Pulse = z
  .object({
    /** The server's clock: ages are counted against it. */
    now: Instant,
    /** A counter per noun; one that differs from what a page has seen means: load that noun's lists again. */
    versions: z.record(z.string(), z.int()),
    counts: z.object({
      /** Of the owners the reader may see. */
      deadLettersOpen: z.int(),
      operationsLive: z.int(),
    }),
    /** The reader's own live operations, newest first, at most ten. */
    operations: z.array(
      z.object({
        id: z.uuid(),
        kind: OperationKind,
        title: z.string(),
        state: OperationState,
        total: z.int(),
        done: z.int(),
      }),
    ),
    hold: z
      .object({ reason: z.string().nullable(), by: z.string().nullable(), until: Instant.nullable() })
      .nullable(),
    /** Paused topics of the owners the reader may see, the newest first: at most `pulsePausesMax` of `pausesTotal`. */
    pauses: z.array(TopicPause.extend({ topic: z.string(), owner: z.string() })),
    pausesTotal: z.int(),
    /** A notice for everybody, set by an administrator. */
    banner: z.string().nullable(),
  })
  .meta({ id: 'Pulse' })
export type Pulse = z.infer<typeof Pulse>
