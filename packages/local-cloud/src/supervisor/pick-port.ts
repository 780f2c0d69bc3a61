import { createServer } from 'node:net'

/** `preferred` when it is free on 127.0.0.1 and not in `taken`, else any free port. */
export async function pickPort(preferred: number, taken: ReadonlySet<number>): Promise<number> {
  if (!taken.has(preferred) && (await tryPort(preferred)) !== undefined) return preferred
  for (;;) {
    const port = await tryPort(0)
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
