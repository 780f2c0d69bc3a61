import { expect, it } from 'vitest'
import { refusalOfKeys, shortcutsInForce, withKeys } from './shortcut-choices.ts'
import { matchShortcut, type Shortcut, shortcuts } from './shortcuts.ts'
import { modKeyOf } from './use-mod-key.ts'

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
  const first = matchShortcut(shortcuts, 'global', { key: 'g', isMod: false }, undefined)

  expect(first).toEqual({ pending: 'g' })
  expect(matchShortcut(shortcuts, 'global', { key: 't', isMod: false }, first.pending)).toEqual({
    action: 'go-topics',
  })
  expect(matchShortcut(shortcuts, 'global', { key: 't', isMod: false }, undefined)).toEqual({})
  expect(matchShortcut(shortcuts, 'global', { key: 'K', isMod: true }, undefined)).toEqual({
    action: 'palette',
  })
})

const none = { isOff: false, keys: {} }
const select: Shortcut = { scope: 'topics', keys: 'x', action: 'select', label: 'Select the row' }

it('single keys can be switched off; Enter and combinations stay', () => {
  const left = shortcutsInForce({ isOff: true, keys: {} }).map(({ keys }) => keys)

  expect(new Set(left)).toEqual(new Set(['mod+k', 'Enter']))
})

it('a moved key acts at its new place only, and its own keys come back', () => {
  const moved = withKeys(none, select, 's')
  const press = (key: string, chosen = moved) =>
    matchShortcut(shortcutsInForce(chosen), 'topics', { key, isMod: false }, undefined)

  expect(press('s')).toEqual({ action: 'select' })
  expect(press('x')).toEqual({})
  expect(press('x', withKeys(moved, select, undefined))).toEqual({ action: 'select' })
})

it('refuses keys that would make two shortcuts one', () => {
  expect(refusalOfKeys(select, 'j', none)).toContain('Next row')
  expect(refusalOfKeys(select, 'g', none)).toContain('Go to')
  expect(refusalOfKeys(select, '?', none)).toContain('Show these keys')
  expect(refusalOfKeys(select, 'v', none)).toBeUndefined()
  expect(
    refusalOfKeys(select, 'j', withKeys(none, { ...select, keys: 'j', action: 'next' }, 'n')),
  ).toBeUndefined()
  expect(refusalOfKeys(select, 'F1 F2', none)).toContain('One key')
})

it('the key of the palette is named as the keyboard names it', () => {
  expect(['MacIntel', 'iPad', 'Linux x86_64', 'Win32', ''].map(modKeyOf)).toEqual([
    '⌘',
    '⌘',
    'Ctrl ',
    'Ctrl ',
    'Ctrl ',
  ])
})
