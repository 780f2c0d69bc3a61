import type { Metadata } from 'next'
import { CloseWindow } from './close-window.tsx'

export const metadata: Metadata = { title: 'Signed in' }

export default function SignedInPage() {
  return (
    <main className="mx-auto max-w-xl p-6 pt-24">
      <h1 className="text-xl font-semibold">You are signed in again</h1>
      <p className="mt-2 text-soft">Go on in the window you came from; this one can be closed.</p>
      <CloseWindow />
    </main>
  )
}
