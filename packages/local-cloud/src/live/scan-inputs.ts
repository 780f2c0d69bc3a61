import path from 'node:path'
import { build, type Plugin } from 'esbuild'
import { rootDir } from '../supervisor/local-paths.ts'

/** Third-party packages are left out: they do not change while one works, and are most of a bundle. */
const ownCodeOnly: Plugin = {
  name: 'own-code-only',
  setup: (builder) => {
    builder.onResolve({ filter: /^[^./]/ }, ({ path: wanted, kind }) =>
      kind === 'entry-point' || wanted.startsWith('@lean-ops/')
        ? undefined
        : { path: wanted, external: true },
    )
  },
}

/** Which of our files each entry is made of (absolute paths), found in a fraction of a build. Throws esbuild's BuildFailure. */
export async function scanInputs(sources: readonly string[]): Promise<Map<string, ReadonlySet<string>>> {
  const { metafile } = await build({
    entryPoints: [...sources],
    absWorkingDir: rootDir,
    outdir: path.join(rootDir, '.sst/live'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    write: false,
    metafile: true,
    plugins: [ownCodeOnly],
  })
  const found = new Map<string, ReadonlySet<string>>()
  for (const { entryPoint, inputs } of Object.values(metafile.outputs)) {
    if (entryPoint === undefined) continue
    const files = Object.keys(inputs).map((file) => path.resolve(rootDir, file))
    found.set(path.resolve(rootDir, entryPoint), new Set(files))
  }
  return found
}
