'use client'

import type { Permission } from '@lean-ops/common/contract/permissions'
import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../queries/me.ts'

/**
 * Why the reader may not do something; undefined when they may. For disabling with a reason: the server decides for
 * itself again. Without an owner: on at least one topic.
 */
export function usePermission(permission: Permission, owner?: string): string | undefined {
  const { data: me } = useQuery(meQuery())
  if (!me) return 'Not known yet what you may do.'
  const owners = me.permissions[permission]
  if (owners === undefined) return `Needs the permission “${permission}”. Ask ${me.roleContact}.`
  if (owners === '*' || owner === undefined || owners.includes(owner)) return undefined
  return `You have “${permission}” for ${owners.join(', ')}, not for ${owner}.`
}
