type ToastButton = { label: string; onClick: () => void }
type ToastOptions = { durationMs?: number; action?: ToastButton; cancel?: ToastButton }
export type Toast = ToastOptions & {
  id: number
  kind: 'plain' | 'success' | 'error'
  text: string
  durationMs: number
}

/** Longer than it takes to read; one with a button stays long enough to be reached. */
const shownMs = { plain: 5_000, withButton: 15_000, error: 10_000 }
const shownMax = 4

let toasts: readonly Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()

function set(next: readonly Toast[]) {
  toasts = next
  for (const listener of listeners) listener()
}

/** The toasts on the screen, oldest first. */
export const toastStore = {
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
  get: (): readonly Toast[] => toasts,
  dismiss: (id: number) => set(toasts.filter((one) => one.id !== id)),
}

function show(kind: Toast['kind'], text: string, options: ToastOptions = {}) {
  const usual = kind === 'error' ? shownMs.error : options.action ? shownMs.withButton : shownMs.plain
  set([...toasts, { durationMs: usual, ...options, id: nextId++, kind, text }].slice(-shownMax))
}

/** Says that something has happened. What must not be missed belongs on the page, not here. */
export const toast = Object.assign((text: string, options?: ToastOptions) => show('plain', text, options), {
  success: (text: string, options?: ToastOptions) => show('success', text, options),
  error: (text: string, options?: ToastOptions) => show('error', text, options),
})
