/**
 * The engine deploys with test credentials and without asking: only ever onto this machine.
 * @throws Error when the address is missing or is not a loopback address.
 */
export function assertLoopback(endpoint: string | undefined): string {
  const hint = 'The local engine deploys onto the local cloud only: start it with `npm start`'
  if (endpoint === undefined || !URL.canParse(endpoint))
    throw new Error(`AWS_ENDPOINT_URL is not set to an address. ${hint}`)
  const { hostname } = new URL(endpoint)
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  if (!isLoopback)
    throw new Error(`AWS_ENDPOINT_URL is ${endpoint}, which is not a loopback address. ${hint}`)
  return endpoint.replace(/\/$/, '')
}
