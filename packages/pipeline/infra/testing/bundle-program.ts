import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import type { SourceMutation } from './recorded-program.ts'

export type Workplace = { root: string; platform: string; work: string; outfile: string }

type App = { name: string; stage: string; removal: string; protect: boolean; providers: unknown }

/** As the SST CLI does (pkg/js/js.go, pkg/project/run.go): CommonJS globals for what is bundled into an ES module. */
const banner = `import { createRequire as topLevelCreateRequire } from 'module';
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from 'url';
const __filename = topLevelFileUrlToPath(import.meta.url);
const __dirname = topLevelFileUrlToPath(new topLevelURL('.', import.meta.url));`

/**
 * Bundles `sst.config.ts` with SST's platform into one module whose default export runs the program, the way the SST CLI
 * does before it hands it to Pulumi. Throws when a mutation or an assumption about SST's source does not hit exactly once.
 */
export async function bundleProgram(place: Workplace, app: App, mutation?: SourceMutation): Promise<void> {
  const { root, platform, work, outfile } = place
  const globals = `import * as aws from "@pulumi/aws"; import * as sst from "${platform}/src/components";\n`
  let isMutated = mutation === undefined
  await build({
    stdin: {
      contents: `import { run } from "${platform}/src/auto/run.ts"; import config from "${root}/sst.config.ts"; export default () => run(config.run);`,
      resolveDir: root,
      sourcefile: 'evaluate.ts',
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    outfile,
    sourcemap: 'inline',
    logLevel: 'error',
    mainFields: ['module', 'main'],
    nodePaths: [path.join(platform, 'node_modules')],
    absWorkingDir: root,
    external: ['@pulumi/*', '@pulumiverse/*'],
    define: {
      $app: JSON.stringify(app),
      $dev: 'false',
      $cli: JSON.stringify({
        command: 'deploy',
        paths: { home: work, root, work, platform },
        state: { version: {} },
      }),
    },
    inject: [path.join(platform, 'src/shim/run.js')],
    banner: { js: banner },
    plugins: [
      {
        name: 'program',
        setup(builder) {
          // What the platform imports by bare name stays outside: one Pulumi SDK, and no vite or wrangler in the bundle.
          builder.onResolve({ filter: /^[@a-z]/ }, ({ importer, path: name }) =>
            importer.startsWith(platform) ? { path: name, external: true } : undefined,
          )
          builder.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
            if (file.includes('/node_modules/') && !file.startsWith(platform)) return undefined
            const source = await readFile(file, 'utf8')
            if (!file.startsWith(platform)) {
              const isTarget = mutation !== undefined && file.endsWith(`/${mutation.file}`)
              if (isTarget) isMutated = true
              return {
                contents: globals + (isTarget ? replaceOnce(source, mutation.from, mutation.to) : source),
                loader: 'ts',
              }
            }
            // Names end in eight random letters; here they follow from the logical name, so that two evaluations compare.
            if (file.endsWith('/components/naming.ts'))
              return {
                contents: replaceOnce(source, 'crypto.randomBytes(8).toString("hex")', 'main'),
                loader: 'ts',
              }
            // A site in dev mode is a placeholder: rules look at infrastructure, not at a Next.js build.
            if (file.endsWith('/aws/ssr-site.ts'))
              return {
                contents: replaceOnce(source, 'const enabled = $dev &&', 'const enabled ='),
                loader: 'ts',
              }
            return undefined
          })
        },
      },
    ],
  })
  if (!isMutated) throw new Error(`the program has no file ${mutation?.file}`)
}

function replaceOnce(source: string, from: string, to: string): string {
  const hits = source.split(from).length - 1
  if (hits !== 1) throw new Error(`expected exactly one ${JSON.stringify(from)}, found ${hits}`)
  return source.replace(from, () => to)
}
