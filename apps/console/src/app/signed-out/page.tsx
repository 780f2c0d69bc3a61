import type { Metadata } from 'next'
import { Button } from '../../components/ui/button.tsx'

export const metadata: Metadata = { title: 'Signed out' }

export default function SignedOutPage() {
  return (
    <main className="mx-auto max-w-xl p-6 pt-24">
      <h1 className="text-xl font-semibold">You are signed out</h1>
      <p className="mt-2 text-soft">
        This session has ended in every tab of this browser. Running operations go on without you.
      </p>
      <div className="mt-4">
        <Button asChild intent="primary">
          <a href="/auth/login?returnTo=%2Ftopics">Sign in</a>
        </Button>
      </div>
    </main>
  )
}
