'use client'

import type { Permission } from '@lean-ops/common/contract/permissions'
import type { ReactNode } from 'react'
import { usePermission } from '../../state/use-permission.ts'
import { Button } from '../ui/button.tsx'

type Props = {
  permission: Permission
  owner?: string
  /** Why it makes no sense now, beyond the permission. */
  refusal?: string | undefined
  intent?: 'plain' | 'primary' | 'danger'
  size?: 'sm' | 'md'
  onClick: () => void
  children: ReactNode
}

/** A button that is disabled with its reason, not hidden: who may not act still learns what there is and whom to ask. */
export function ActionButton({
  permission,
  owner,
  refusal,
  intent = 'plain',
  size = 'sm',
  onClick,
  children,
}: Props) {
  const missing = usePermission(permission, owner)
  const reason = missing ?? refusal
  return (
    <Button
      intent={intent}
      size={size}
      aria-disabled={reason !== undefined}
      data-tip={reason}
      onClick={() => {
        if (reason === undefined) onClick()
      }}
    >
      {children}
    </Button>
  )
}
