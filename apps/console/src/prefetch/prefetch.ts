import { type DehydratedState, dehydrate, QueryClient, type QueryKey } from '@tanstack/react-query'
import { cookies, headers } from 'next/headers'

/** Longer than the API needs for a page at its worst, shorter than a reader waits before an empty window. */
const patienceMs = 800

export type FirstRead = { queryKey: QueryKey; path: string }

/**
 * What a page shows first, read with the reader's own session while the document is made, so that its first paint has it. Only for
 * documents: a page reached from another one has its queries' cache, or asks itself. Whatever does not answer in time
 * or refuses is left out: the browser asks for it and says what is wrong.
 */
export async function prefetch(reads: readonly FirstRead[]): Promise<DehydratedState> {
  const client = new QueryClient()
  const { API_URL } = process.env
  const asked = await headers()
  if (!API_URL || asked.get('sec-fetch-dest') !== 'document') return dehydrate(client)
  const cookie = (await cookies()).toString()
  const forwarded = asked.get('x-forwarded-for')
  const signal = AbortSignal.timeout(patienceMs)
  await Promise.all(
    reads.map(async ({ queryKey, path }) => {
      try {
        const answer = await fetch(new URL(`/api${path}`, API_URL), {
          headers: {
            accept: 'application/json',
            cookie,
            ...(forwarded === null ? {} : { 'x-forwarded-for': forwarded }),
          },
          cache: 'no-store',
          signal,
        })
        if (answer.ok) client.setQueryData(queryKey, await answer.json())
      } catch {
        // Left out, as said above.
      }
    }),
  )
  return dehydrate(client)
}
