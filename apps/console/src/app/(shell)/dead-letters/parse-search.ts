import type { FilterChange } from './filter-state.ts'

const pathForm = /^(\$(?:\.[A-Za-z0-9_-]+|\[\d+\])+)\s*=\s*(.*)$/
const idForm = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|id:\S+)$/i

/** What was typed into the search box: `$.path = value`, a message id (a UUID, or `id:…`), else words of the body. */
export function parseSearch(typed: string): FilterChange {
  const text = typed.trim()
  const none = { text: null, path: null, pathValue: null }
  if (text === '') return none
  const path = pathForm.exec(text)
  if (path) {
    const value = (path[2] ?? '').trim()
    return { text: null, path: path[1] ?? null, pathValue: value.replace(/^"(.*)"$/, '$1') }
  }
  if (idForm.test(text)) return { ...none, messageId: [text.replace(/^id:/i, '')] }
  return { ...none, text }
}
