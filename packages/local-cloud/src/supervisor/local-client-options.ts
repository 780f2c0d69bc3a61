/** How our own tools talk to the local account: never with the user's credentials or profile. */
export function localClientOptions(endpoint: string): {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
} {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
}
