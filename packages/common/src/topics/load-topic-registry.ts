import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createTopicRegistry, type TopicRegistry } from './topic-registry.ts'

/** Reads the registry that was bundled beside the handler. A missing or wrong file stops the function at start. */
export async function loadTopicRegistry(env: {
  TOPICS_FILE: string
  LAMBDA_TASK_ROOT: string
}): Promise<TopicRegistry> {
  const file = path.resolve(env.LAMBDA_TASK_ROOT, env.TOPICS_FILE)
  return createTopicRegistry(JSON.parse(await readFile(file, 'utf8')))
}
