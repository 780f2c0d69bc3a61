const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const heartbeatMs = 15_000

/** One live line per step on a terminal; elsewhere plain lines: begin, end, and a sign of life in between. */
export function createProgress(steps, { out = process.stdout, now = Date.now } = {}) {
  const live = Boolean(out.isTTY) && !process.env.CI
  const rows = steps.map((step) => ({ step, state: 'waiting', startedAt: 0, endedAt: 0, line: '' }))
  const rowOf = (step) => rows.find((row) => row.step === step)
  const columns = (out.columns ?? 140) - 1
  const width = Math.max(...steps.map((step) => step.title.length))
  const startedAt = now()
  let drawn = 0
  let frame = 0
  let saidAt = now()

  const seconds = (row) => (((row.endedAt || now()) - row.startedAt) / 1000).toFixed(1).padStart(5)
  const mark = { waiting: '·', done: '✓', failed: '✗', skipped: '–' }
  const text = (row) => {
    const sign = mark[row.state] ?? spinner[frame % spinner.length]
    const time = row.startedAt ? `${seconds(row)} s` : '       '
    const usual =
      row.state === 'running' && row.line === row.step.does && row.step.usual
        ? ` (usually ${row.step.usual})`
        : ''
    return `  ${sign} ${row.step.title.padEnd(width)} ${time}${usual}  ${row.line}`.slice(0, columns)
  }
  const draw = () => {
    frame += 1
    const lines = rows.map(text)
    out.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`)
    drawn = lines.length
  }
  const beat = () => {
    if (now() - saidAt < heartbeatMs) return
    saidAt = now()
    for (const row of rows) if (row.state === 'running') out.write(`${text({ ...row, state: 'going on' })}\n`)
  }
  out.write('Setting up (kept for the next time)\n')
  const timer = setInterval(live ? draw : beat, live ? 120 : 1_000)
  const change = (step, changes) => {
    const row = Object.assign(rowOf(step), changes)
    if (live) draw()
    else if (row.state !== 'waiting') {
      saidAt = now()
      out.write(`${text(row)}\n`)
    }
  }
  return {
    begin: (step) => change(step, { state: 'running', startedAt: now(), line: step.does }),
    say: (step, line) => {
      rowOf(step).line = line
    },
    end: (step, line) => change(step, { state: 'done', endedAt: now(), line: line ?? '' }),
    fail: (step, line) => change(step, { state: 'failed', endedAt: now(), line }),
    skip: (step, line) => change(step, { state: 'skipped', line }),
    close: () => {
      clearInterval(timer)
      if (live) draw()
      const failed = rows.some((row) => row.state !== 'done')
      if (!failed) out.write(`Set up in ${((now() - startedAt) / 1000).toFixed(1)} s\n`)
    },
  }
}
