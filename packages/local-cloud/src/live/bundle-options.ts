import path from 'node:path'
import type { BuildOptions } from 'esbuild'
import { rootDir } from '../supervisor/local-paths.ts'

/** What SST's Node bundler does for `nodejs22.x`, so that a live update is what a deploy would put there. */
export function bundleOptions(source: string): BuildOptions & { write: false; metafile: true } {
  return {
    entryPoints: [source],
    absWorkingDir: rootDir,
    outfile: path.join(rootDir, '.sst/live/bundle.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2023',
    mainFields: ['module', 'main'],
    external: ['sharp', 'pg-native'],
    keepNames: true,
    sourcemap: 'linked',
    // A debugger finds the sources although the emulator unpacks the bundle elsewhere.
    sourceRoot: `file://${rootDir}/.sst/live/`,
    banner: {
      js: [
        `import { createRequire as topLevelCreateRequire } from 'module';`,
        `const require = topLevelCreateRequire(import.meta.url);`,
        `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
        `const __filename = topLevelFileUrlToPath(import.meta.url)`,
        `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
        '',
      ].join('\n'),
    },
    logLevel: 'silent',
    write: false,
    metafile: true,
  }
}
