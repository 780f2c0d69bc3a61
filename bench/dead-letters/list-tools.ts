import path from 'node:path'
import { runChild, type Tool } from './replay-child.ts'
import { installLumigo } from './replay-lumigo.ts'

/** What else moves messages from one queue to another; lumigo-cli is left out, with a line said, when it cannot be installed. */
export async function listTools(workFolder: string, say: (line: string) => void): Promise<Tool[]> {
  const lumigo = await installLumigo(workFolder, say)
  const plain: Tool = {
    name: 'plain SDK loop',
    run: (env, from, to, killAfterMs) =>
      runChild(
        process.execPath,
        [path.join(import.meta.dirname, 'replay-plain-loop.ts'), queueUrl(env, from), queueUrl(env, to)],
        { env, ...(killAfterMs === undefined ? {} : { killAfterMs }) },
      ),
  }
  return lumigo ? [plain, lumigo] : [plain]
}

const queueUrl = (env: NodeJS.ProcessEnv, queue: string): string =>
  `${env.AWS_ENDPOINT_URL}/000000000000/${queue}`
