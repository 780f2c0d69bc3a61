import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda'
import { localClientOptions } from './local-client-options.ts'

/** The environment the deployed program gave a function; empty when it deploys no such function. */
export async function readFunctionEnvironment(
  endpoint: string,
  name: string,
): Promise<Record<string, string>> {
  const lambda = new LambdaClient(localClientOptions(endpoint))
  try {
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))
    return found.Environment?.Variables ?? {}
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return {}
    throw error
  } finally {
    lambda.destroy()
  }
}
