'use client'

import type { SavedView } from '@lean-ops/common/contract/saved-views'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Bookmark, Trash2 } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import {
  createSavedView,
  deleteSavedView,
  savedViewKeys,
  savedViewsQuery,
} from '../../queries/saved-views.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx'

/** What a view does not keep: the row that happens to be open. */
const passing = ['id', 'tab']

/** The address of a saved view: relative times stay relative. */
export function viewSearch(query: SavedView['query']): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, one)
  return search.toString()
}

/** What of the address makes a view. */
export function viewQuery(search: URLSearchParams): SavedView['query'] {
  const query: SavedView['query'] = {}
  for (const key of new Set(search.keys())) {
    if (passing.includes(key)) continue
    const values = search.getAll(key)
    query[key] = values.length > 1 ? values : (values[0] ?? '')
  }
  return query
}

/** Filters that people keep, for themselves or for all. */
export function SavedViewsMenu({ page }: { page: SavedView['page'] }) {
  const { data } = useQuery(savedViewsQuery(page))
  const queries = useQueryClient()
  const router = useRouter()
  const path = usePathname()
  const search = useSearchParams()
  const [isNaming, setNaming] = useState(false)
  const [name, setName] = useState('')
  const [isShared, setShared] = useState(false)
  const refresh = () => queries.invalidateQueries({ queryKey: savedViewKeys.all })
  const create = useMutation({
    mutationFn: () =>
      createSavedView({ page, name: name.trim(), isShared, query: viewQuery(new URLSearchParams(search)) }),
    onSuccess: (view) => {
      void refresh()
      setNaming(false)
      setName('')
      toast.success(`Saved “${view.name}”`)
    },
    onError: (error) => toast.error(error.message),
  })
  const remove = useMutation({
    mutationFn: deleteSavedView,
    onSuccess: () => void refresh(),
    onError: (error) => toast.error(error.message),
  })
  const views = data?.views ?? []
  const mine = views.filter((view) => view.isMine)
  return (
    <>
      <Menu
        trigger={
          <Button intent="ghost" size="sm">
            <Bookmark aria-hidden="true" />
            Views
          </Button>
        }
      >
        {views.length > 0 ? <MenuLabel>Saved views</MenuLabel> : null}
        {views.map((view) => (
          <MenuItem key={view.id} onSelect={() => router.push(`${path}?${viewSearch(view.query)}`)}>
            <span className="flex-1 truncate">{view.name}</span>
            <span className="text-xs text-faint">
              {view.isMine ? (view.isShared ? 'shared' : '') : 'of others'}
            </span>
          </MenuItem>
        ))}
        {views.length > 0 ? <MenuSeparator /> : null}
        <MenuItem onSelect={() => setNaming(true)}>Save what is shown…</MenuItem>
        {mine.map((view) => (
          <MenuItem key={view.id} onSelect={() => remove.mutate(view)} className="text-soft">
            <Trash2 aria-hidden="true" />
            Delete “{view.name}”
          </MenuItem>
        ))}
      </Menu>
      <Dialog
        open={isNaming}
        onOpenChange={setNaming}
        title="Save this view"
        description="Keeps filter, sorting and columns. Relative times stay relative."
      >
        <form
          className="flex flex-col gap-3 p-4 text-sm"
          onSubmit={(event) => {
            event.preventDefault()
            if (name.trim()) create.mutate()
          }}
        >
          <label className="flex flex-col gap-1">
            <span className="text-xs font-medium text-soft">Name</span>
            <input
              data-autofocus
              required
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
              className="h-8 rounded-md border border-line bg-surface px-2.5"
            />
          </label>
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={isShared}
              onChange={(event) => setShared(event.target.checked)}
              className="size-4 accent-(--accent)"
            />
            Everybody sees it
          </label>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setNaming(false)}>Close</Button>
            <Button type="submit" intent="primary" disabled={!name.trim() || create.isPending}>
              Save the view
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
