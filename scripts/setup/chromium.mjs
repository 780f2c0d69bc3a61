import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { setupError } from './setup-error.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

/** Holds the path of the browser that the end-to-end tests drive. */
const record = '.local/chromium-path'
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** A browser for the end-to-end tests: the machine's own, else Debian's, else Playwright's download. */
export const chromium = {
  name: 'chromium',
  title: 'browser',
  usual: '10–60 s',
  does: 'looking for Chrome or Chromium',
  after: ['packages'],
  isFresh: () => isExecutable(readStamp(record) ?? ''),
  run: async (say) => {
    const file = findBrowser() ?? (await install(say))
    writeStamp(record, file)
    return file
  },
}

async function install(say) {
  const run = (command, args) => runCommand(command, args, { log: 'chromium', onLine: say })
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  const tried = []
  for (const attempt of [
    ...(isDebianRoot
      ? [
          async () => {
            await run('apt-get', ['update', '-q'])
            await run('env', [
              'DEBIAN_FRONTEND=noninteractive',
              ...['apt-get', 'install', '-qy', '--no-install-recommends', 'chromium'],
            ])
          },
        ]
      : []),
    () => run(inRoot('node_modules/.bin/playwright'), ['install', 'chromium']),
  ]) {
    try {
      await attempt()
    } catch (error) {
      tried.push(error.message)
      continue
    }
    const file = findBrowser()
    if (file) return file
  }
  throw setupError(
    `No Chrome or Chromium for the end-to-end tests.\n${tried.join('\n')}`,
    'Install one (Debian: `apt-get install chromium`) or set LEAN_OPS_BROWSER=/path/to/chrome',
  )
}

function findBrowser() {
  const onPath = (process.env.PATH ?? '').split(path.delimiter)
  const named = commands.flatMap((command) => onPath.map((folder) => path.join(folder, command)))
  return [process.env.LEAN_OPS_BROWSER ?? '', ...named, ...applications, ...downloaded()].find(isExecutable)
}

/** Where `playwright install` puts its builds. */
function downloaded() {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    path.join(os.homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'ms-playwright')
  if (!existsSync(cache)) return []
  return readdirSync(cache)
    .filter((name) => name.startsWith('chromium-'))
    .flatMap((name) => [
      path.join(cache, name, 'chrome-linux/chrome'),
      path.join(cache, name, 'chrome-linux64/chrome'),
      path.join(cache, name, 'chrome-mac/Chromium.app/Contents/MacOS/Chromium'),
    ])
}

function isExecutable(file) {
  if (file === '') return false
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
