import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** A path inside the clone, e.g. `inRoot('.local', 'logs')`. */
export const inRoot = (...parts) => path.join(root, ...parts)
