import { expect, it } from 'vitest'
import { matchShortcut, shortcuts } from './shortcuts.ts'

it('a scope has no key twice', () => {
  const keys = shortcuts.map(({ scope, keys }) => `${scope}:${keys}`)

  expect(new Set(keys).size).toBe(keys.length)
})

it('no key of a page is taken by what works everywhere', () => {
  const everywhere = shortcuts
    .filter(({ scope }) => scope === 'global')
    .flatMap(({ keys }) => keys.split(' ')[0])

  expect(shortcuts.filter(({ scope, keys }) => scope !== 'global' && everywhere.includes(keys))).toEqual([])
})

it('two keys are typed one after the other', () => {
  const first = matchShortcut('global', { key: 'g', isMod: false }, undefined)

  expect(first).toEqual({ pending: 'g' })
  expect(matchShortcut('global', { key: 't', isMod: false }, first.pending)).toEqual({ action: 'go-topics' })
  expect(matchShortcut('global', { key: 't', isMod: false }, undefined)).toEqual({})
  expect(matchShortcut('global', { key: 'K', isMod: true }, undefined)).toEqual({ action: 'palette' })
})
