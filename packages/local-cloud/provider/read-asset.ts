import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** An asset as the engine hands it to a kind and keeps it in the checkpoint. */
export interface StoredAsset {
  readonly assetHash: string
  readonly path?: string
  readonly text?: string
}

/** The content of a stored asset. @throws Error when it is a folder archive or remote: neither has a local treatment. */
export async function readAsset(asset: unknown): Promise<Buffer> {
  if (!isStoredAsset(asset)) throw new Error(`not an asset: ${JSON.stringify(asset)}`)
  if (asset.text !== undefined) return Buffer.from(asset.text)
  if (asset.path === undefined) throw new Error('an asset without path or text has no local treatment')
  return await readFile(asset.path)
}

export function isStoredAsset(value: unknown): value is StoredAsset {
  return typeof value === 'object' && value !== null && 'assetHash' in value
}

/** Pulumi's asset or archive as a plain value: its path (or text) and the hash of its content; undefined for anything else. */
export async function storeAsset(value: unknown): Promise<StoredAsset | undefined> {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('__pulumiAsset' in value) && !('__pulumiArchive' in value)) return undefined
  const { path, text } = value as { path?: Promise<string> | string; text?: Promise<string> | string }
  const file = await path
  if (file !== undefined) return { assetHash: hash(await readFile(file)), path: file }
  const content = await text
  if (content !== undefined) return { assetHash: hash(Buffer.from(content)), text: content }
  throw new Error('assets are files or texts here: a remote asset or a map of assets has no local treatment')
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
