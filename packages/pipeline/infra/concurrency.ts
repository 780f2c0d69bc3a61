/** AWS's smallest MaximumConcurrency of an SQS event source mapping. */
const mappingMin = 2
/** One busy topic is fast enough with ten batches of 500 in flight; more only crowds out the others at the shared sink. */
const mappingMax = 10
/** What the mappings of a small installation share. Above 50 topics the minimum of 2 each decides. */
const budget = 100

/**
 * How the one processor's concurrency is shared by the topics' mappings. Reserved = the sum of all mappings' maxima, so that
 * a poll never meets a throttled function (each such throttle counts as a receive and drives good messages to the DLQ).
 * With 700 topics that is 1,400: the account's Lambda quota (1,000 unless raised, of which AWS keeps 100 unreserved)
 * must be raised first; `docs/aws.md` says how, and the deploy refuses by itself until it is.
 */
export function planConcurrency(topicCount: number): { perMapping: number; reserved: number } {
  const fair = topicCount === 0 ? mappingMin : Math.floor(budget / topicCount)
  const perMapping = Math.max(mappingMin, Math.min(mappingMax, fair))
  return { perMapping, reserved: perMapping * Math.max(1, topicCount) }
}
