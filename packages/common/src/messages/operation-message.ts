import { z } from 'zod'

/** What API, worker and schedule say to the operations worker. Saying it twice does no harm: leases decide who works. */
export const OperationMessage = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('run'), operationId: z.uuid() }),
  /** "Would it work now?" of a plan. */
  z.strictObject({ do: z.literal('check-plan'), planId: z.uuid() }),
  /** A topic was paused or resumed: its event source mapping follows. */
  z.strictObject({ do: z.literal('apply-pauses') }),
  /** Once a minute: wakes what nobody holds, ends what nobody has proven in time. */
  z.strictObject({ do: z.literal('tick') }),
])
export type OperationMessage = z.infer<typeof OperationMessage>
