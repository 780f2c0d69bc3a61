import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { inRoot } from './paths.mjs'

const lockFile = inRoot('.local/setup.lock')

/** One set-up at a time per clone; a lock whose owner is gone is taken over. */
export async function withSetupLock(work) {
  mkdirSync(inRoot('.local'), { recursive: true })
  for (let said = false; !tryLock(); said = true) {
    if (!said) console.log(`Another set-up of this clone is running (process ${ownerOf()}): waiting for it`)
    await sleep(300)
  }
  const unlock = () => rmSync(lockFile, { force: true })
  process.once('exit', unlock)
  try {
    await work()
  } finally {
    process.off('exit', unlock)
    unlock()
  }
}

function tryLock() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (isAlive(ownerOf())) return false
  rmSync(lockFile, { force: true })
  return false
}

function ownerOf() {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || 0
  } catch (error) {
    if (error.code === 'ENOENT') return 0
    throw error
  }
}

function isAlive(pid) {
  // Zero: the file was read between its creation and its first byte, or is gone; look again.
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
