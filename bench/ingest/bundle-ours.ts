import { stat } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '../..')

/** Bundles one file as SST does for a function (esm, Node 22, minified by default, SDK included). Returns the size in bytes. */
export async function bundleOurs(entry: string, outfile: string, isMinified: boolean): Promise<number> {
  await build({
    entryPoints: [path.resolve(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: isMinified,
    logLevel: 'error',
    banner: {
      js: 'import { createRequire as topLevelCreateRequire } from "module"; const require = topLevelCreateRequire(import.meta.url);',
    },
  })
  return (await stat(outfile)).size
}
