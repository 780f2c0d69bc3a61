'use client'

import { useQuery } from '@tanstack/react-query'
import { LogIn, LogOut } from 'lucide-react'
import { meQuery } from '../../queries/me.ts'
import { signInUrl } from '../../state/session.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx'
import { signOut } from './sign-out.ts'

function initialsOf(name: string): string {
  const words = name.trim().split(/[\s.@_-]+/)
  return `${words[0]?.[0] ?? '?'}${words[1]?.[0] ?? ''}`.toUpperCase()
}

/** Who is signed in, as what, and the way out. */
export function UserMenu() {
  const { data: me, isPending } = useQuery(meQuery())
  if (isPending) return <span className="inline-block size-8" />
  if (!me)
    return (
      <Button asChild intent="ghost" size="sm">
        <a href={signInUrl('/topics')}>
          <LogIn aria-hidden="true" />
          <span className="max-sm:sr-only">Sign in</span>
        </a>
      </Button>
    )
  return (
    <Menu
      trigger={
        <Button
          intent="ghost"
          size="sm"
          aria-label={`${initialsOf(me.name)}: account of ${me.name}`}
          className="px-1"
        >
          <span className="grid size-6 place-items-center rounded-full bg-accent-soft text-2xs font-semibold text-accent">
            {initialsOf(me.name)}
          </span>
        </Button>
      }
    >
      <div className="px-2 py-1.5">
        <p className="text-sm font-medium">{me.name}</p>
        {me.email ? <p className="text-xs text-soft">{me.email}</p> : null}
      </div>
      <MenuLabel>{me.roles.length > 0 ? `Role: ${me.roles.join(', ')}` : 'No role'}</MenuLabel>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden="true" />
        Sign out
      </MenuItem>
    </Menu>
  )
}
