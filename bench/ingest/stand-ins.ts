type PutCommand = { input: { Records?: { Data?: Uint8Array }[] } }
type Mix = { refusedEntries: number; failedCalls: number }

/**
 * The sink and the dead-letter queue of the bench: they take what they get and count it. With a mix, calls fail before
 * anything is stored and entries are refused. theirs.py has the same sink with the same generator.
 */
export function createStandIns(options: { isKeeping: boolean; mix?: Mix; seed?: number }) {
  const taken = { calls: 0, bytes: 0, records: [] as Uint8Array[], deadLetters: [] as string[] }
  let state = (options.seed ?? 0) >>> 0
  const chance = (share: number): boolean => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 < share
  }

  const firehose = async ({ input }: PutCommand) => {
    taken.calls += 1
    const records = input.Records ?? []
    if (options.mix && chance(options.mix.failedCalls))
      throw Object.assign(new Error('slow down'), { name: 'ServiceUnavailableException', $fault: 'server' })
    let refused = 0
    const responses = records.map((record) => {
      if (options.mix && chance(options.mix.refusedEntries)) {
        refused += 1
        return { ErrorCode: 'ServiceUnavailableException' }
      }
      const data = record.Data ?? new Uint8Array()
      taken.bytes += data.length
      if (options.isKeeping) taken.records.push(data)
      return { RecordId: '1' }
    })
    return { FailedPutCount: refused, RequestResponses: responses }
  }

  type SendInput = { Entries?: { Id?: string; MessageBody?: string }[] }
  const sqs = async ({ input }: { input: SendInput }) => {
    for (const e of input.Entries ?? []) taken.deadLetters.push(e.MessageBody ?? '')
    return { Successful: (input.Entries ?? []).map((e) => ({ Id: e.Id })) }
  }

  // The clients' `send` has an overload per command; a stand-in cannot spell them all.
  const clients = {
    firehose: { send: firehose },
    sqs: { send: sqs },
    s3: { send: async () => ({}) },
  } as never as {
    firehose: never
    sqs: never
    s3: never
  }
  return { taken, clients }
}
