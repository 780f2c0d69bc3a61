import { Logger } from '@aws-lambda-powertools/logger'

/** Structured JSON logger. Never log payload text, attributes' values or secrets: ids, codes and counts only. */
export const createLogger = (serviceName: string): Logger => new Logger({ serviceName })
