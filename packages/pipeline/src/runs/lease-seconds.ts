/**
 * How long a run may hold a topic without a sign of life: a job's hour, up to
 * an hour and a half of waiting for a free place, and as much again as margin. It ends earlier in every ordinary way: each end gives the lease back.
 */
export const leaseSeconds = 4 * 3_600
