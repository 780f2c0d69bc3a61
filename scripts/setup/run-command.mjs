import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { inRoot } from './paths.mjs'

const running = new Set()
let stopping = false

// Ctrl-C reaches the children too (same process group); a plain kill does not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    for (const child of running) child.kill('SIGTERM')
    process.stdout.write('\nset-up interrupted: run the command again, it continues where it stopped\n')
    setTimeout(() => process.exit(130), running.size > 0 ? 800 : 0)
  })

/**
 * Runs one command, its output into `.local/logs/setup-<log>.log`, each line also to `onLine`.
 * Rejects with the last lines when the command fails.
 */
export function runCommand(command, args, { log, onLine, env = {}, cwd = inRoot() }) {
  mkdirSync(inRoot('.local/logs'), { recursive: true })
  const file = `.local/logs/setup-${log}.log`
  const sink = createWriteStream(inRoot(file), { flags: 'a' })
  sink.write(`$ ${[command, ...args].join(' ')}\n`)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    const last = []
    let rest = ''
    const take = (chunk) => {
      sink.write(chunk)
      const lines = (rest + chunk).split(/[\r\n]+/)
      rest = lines.pop() ?? ''
      for (const line of lines.map(plain).filter(Boolean)) {
        last.push(line)
        if (last.length > 30) last.shift()
        onLine(line)
      }
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.on('error', (error) => {
      running.delete(child)
      reject(error)
    })
    child.on('close', (code, signal) => {
      running.delete(child)
      sink.end()
      if (code === 0) resolve(last)
      else
        reject(
          new Error(
            `${command} ${args.join(' ')} ended with ${code ?? signal}\n${[...last, plain(rest)].map((l) => `    ${l}`).join('\n')}\n  whole output: ${file}`,
          ),
        )
    })
  })
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are control characters
const plain = (line) => line.replace(/\u001b\[[0-9;?]*[a-zA-Z]/g, '').trim()
