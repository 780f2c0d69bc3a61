import { AppError } from '@lean-ops/common/errors/app-error'

/** The command cannot be carried out as it was typed. */
export class UsageError extends Error {}

/** Errors whose message says all that its reader needs: of the command, of the product, of Node's own argument parser. */
export const isExplained = (error: unknown): error is Error =>
  error instanceof UsageError || error instanceof AppError || isArgumentError(error)

const isArgumentError = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('ERR_PARSE_ARGS_')
