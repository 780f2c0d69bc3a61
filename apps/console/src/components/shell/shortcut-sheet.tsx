'use client'

import { RotateCcw } from 'lucide-react'
import { useState, useSyncExternalStore } from 'react'
import { isSingleKey, refusalOfKeys, shortcutChoices, withKeys } from '../../keyboard/shortcut-choices.ts'
import { type Shortcut, type ShortcutScope, shortcuts } from '../../keyboard/shortcuts.ts'
import { useModKey } from '../../keyboard/use-mod-key.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'

const scopes: readonly [ShortcutScope, string][] = [
  ['global', 'Everywhere'],
  ['topics', 'Topics'],
  ['dead-letters', 'Dead letters'],
  ['operations', 'Operations'],
]

/** The list of keys, drawn from the table that also makes them work; each single key can be moved, all can be off. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const modKey = useModKey()
  const all: readonly Shortcut[] = shortcuts
  const choices = useSyncExternalStore(
    shortcutChoices.subscribe,
    shortcutChoices.get,
    shortcutChoices.getServer,
  )
  const [edited, setEdited] = useState<Shortcut | undefined>(undefined)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Keys"
      description="Keys open and move; none changes data by itself."
      className="w-[min(96vw,680px)]"
    >
      <label className="flex items-center gap-2 border-b px-4 py-2 text-sm">
        <input
          type="checkbox"
          checked={!choices.isOff}
          onChange={(event) => shortcutChoices.set({ ...choices, isOff: !event.target.checked })}
          className="size-4 accent-(--accent)"
        />
        Single keys act
        <span className="text-xs text-soft">Off: only Enter and {modKey}K</span>
      </label>
      <div className="grid gap-5 p-4 sm:grid-cols-2">
        {scopes.map(([scope, title]) => (
          <section key={scope} aria-label={title}>
            <h3 className="mb-1 text-xs font-semibold text-soft">{title}</h3>
            <dl className="text-sm">
              {all
                .filter((shortcut) => shortcut.scope === scope)
                .map((shortcut) => {
                  const keys = choices.keys[`${shortcut.scope}:${shortcut.action}`] ?? shortcut.keys
                  const isMovable = isSingleKey(shortcut)
                  return (
                    <div key={shortcut.keys} className="flex min-h-8 items-center justify-between gap-3">
                      <dt className={choices.isOff && isMovable ? 'text-faint line-through' : undefined}>
                        {shortcut.label}
                      </dt>
                      <dd className="flex items-center gap-1">
                        {edited === shortcut ? (
                          <KeysField shortcut={shortcut} keys={keys} onDone={() => setEdited(undefined)} />
                        ) : isMovable ? (
                          <button
                            type="button"
                            data-tip="Change"
                            onClick={() => setEdited(shortcut)}
                            className="flex min-h-6 items-center gap-1 rounded px-0.5 hover:bg-sunken"
                          >
                            {/* Not an aria-label: who speaks to the page says what it shows. */}
                            <span className="sr-only">{`Change the keys of “${shortcut.label}”, now `}</span>
                            <Keys keys={keys} />
                          </button>
                        ) : (
                          <Keys keys={keys} />
                        )}
                        {keys === shortcut.keys || edited === shortcut ? null : (
                          <Button
                            intent="ghost"
                            size="iconSm"
                            aria-label={`Give “${shortcut.label}” its own keys again`}
                            onClick={() => shortcutChoices.set(withKeys(choices, shortcut, undefined))}
                          >
                            <RotateCcw aria-hidden="true" />
                          </Button>
                        )}
                      </dd>
                    </div>
                  )
                })}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function Keys({ keys }: { keys: string }) {
  const modKey = useModKey()
  return keys
    .split(' ')
    .map((key, index) => <Kbd key={`${key}-${index}`}>{key === 'mod+k' ? `${modKey}K` : key}</Kbd>)
}

function KeysField({ shortcut, keys, onDone }: { shortcut: Shortcut; keys: string; onDone: () => void }) {
  const [typed, setTyped] = useState(keys)
  const choices = shortcutChoices.get()
  const refusal = typed === keys ? undefined : refusalOfKeys(shortcut, typed, choices)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (refusal) return
        shortcutChoices.set(withKeys(choices, shortcut, typed === shortcut.keys ? undefined : typed))
        onDone()
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the field takes the place of the button that was pressed
        autoFocus
        data-own-escape
        size={3}
        value={typed}
        aria-label={`Keys of “${shortcut.label}”: one, or two with a space; Enter keeps, Escape leaves`}
        aria-invalid={refusal !== undefined}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={onDone}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          onDone()
        }}
        className="h-6 w-14 rounded border border-line bg-surface px-1.5 text-center font-mono text-xs aria-invalid:border-degraded"
      />
      {refusal ? (
        <p role="alert" className="text-2xs text-degraded">
          {refusal}
        </p>
      ) : null}
    </form>
  )
}
