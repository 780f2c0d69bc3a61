import type { Me } from '@lean-ops/common/contract/me'
import { Button } from '../ui/button.tsx'
import { signOut } from './sign-out.ts'

/** Signed in, but nothing is allowed yet: says so, and whom to ask. */
export function NoRole({ me }: { me: Me }) {
  return (
    <div className="mx-auto max-w-xl p-6 pt-16">
      <h1 className="text-xl font-semibold">You are signed in, but have no role yet</h1>
      <p className="mt-2 text-soft">
        The sign-in of <strong className="font-medium text-ink">{me.email ?? me.name}</strong> worked. None of
        the groups it came with is mapped to viewer, operator or admin, so there is nothing this console may
        show you.
      </p>
      <p className="mt-2 text-soft">
        Ask <strong className="font-medium text-ink">{me.roleContact}</strong> to map one of your groups to a
        role, then sign in again: roles are read at sign-in.
      </p>
      <div className="mt-4">
        <Button onClick={() => void signOut()}>Sign out</Button>
      </div>
    </div>
  )
}
