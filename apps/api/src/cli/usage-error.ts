/** Wrong words on the command line: message and exit code 2. */
export class UsageError extends Error {}

/** What a command ends with; scripts read these. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  completedWithFailures: 3,
  notSignedIn: 4,
  conflict: 5,
} as const
