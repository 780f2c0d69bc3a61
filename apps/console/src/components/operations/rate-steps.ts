/** The stops of a rate slider, messages per second. */
export const rateSteps: readonly number[] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000]
