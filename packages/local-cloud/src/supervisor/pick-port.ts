import { createServer } from 'node:net'

/** `preferred` when it is free on 127.0.0.1 and not in `taken`, else (or for 0) any free port. */
export async function pickPort(preferred: number, taken: ReadonlySet<number>): Promise<number> {
  for (let wanted = preferred; ; wanted = 0) {
    const port = taken.has(wanted) ? undefined : await tryPort(wanted)
    if (port !== undefined && !taken.has(port)) return port
  }
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    // Node's default backlog and SO_REUSEADDR: a port in TIME_WAIT counts as free, a listening one does not.
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      const chosen = typeof address === 'object' && address !== null ? address.port : undefined
      server.close(() => resolve(chosen))
    })
  })
}
