'use client'

import { Button } from '../../components/ui/button.tsx'

/** A defect of the console itself: contained in the page, the navigation stays. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <div role="alert" className="mx-auto max-w-xl p-6 pt-16">
      <h1 className="text-xl font-semibold">This page stopped because of a defect in the console</h1>
      <p className="mt-2 text-soft">
        Nothing was changed by it. The other pages work.{' '}
        {error.digest ? `Reference ${error.digest}.` : error.message}
      </p>
      <div className="mt-4 flex gap-2">
        <Button intent="primary" onClick={reset}>
          Draw the page again
        </Button>
        <Button onClick={() => window.location.reload()}>Reload</Button>
      </div>
    </div>
  )
}
