'use client'

import { type Shortcut, type ShortcutScope, shortcuts } from '../../keyboard/shortcuts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'

const scopes: readonly [ShortcutScope, string][] = [
  ['global', 'Everywhere'],
  ['topics', 'Topics'],
  ['dead-letters', 'Dead letters'],
  ['operations', 'Operations'],
]

/** The list of keys, drawn from the table that also makes them work. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const all: readonly Shortcut[] = shortcuts
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Keys"
      description="Keys open and move; none changes data by itself."
    >
      <div className="grid gap-5 p-4 sm:grid-cols-2">
        {scopes.map(([scope, title]) => (
          <section key={scope} aria-label={title}>
            <h3 className="mb-1 text-xs font-semibold text-soft">{title}</h3>
            <dl className="text-sm">
              {all
                .filter((shortcut) => shortcut.scope === scope)
                .map((shortcut) => (
                  <div key={shortcut.keys} className="flex min-h-7 items-center justify-between gap-3">
                    <dt>{shortcut.label}</dt>
                    <dd className="flex gap-1">
                      {shortcut.keys.split(' ').map((key) => (
                        <Kbd key={key}>{key === 'mod+k' ? '⌘K' : key}</Kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
