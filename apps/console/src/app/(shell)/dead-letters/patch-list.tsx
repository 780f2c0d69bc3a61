import type { JsonPatchOperation } from '@lean-ops/common/contract/operation'
import { cn } from '../../../components/ui/cn.ts'

const signs = { add: '+', remove: '−', replace: '~', test: '?', move: '→', copy: '⧉' } as const
const words = {
  add: 'added',
  remove: 'removed',
  replace: 'changed',
  test: 'tested',
  move: 'moved',
  copy: 'copied',
}
const shownMax = 120

/** What an edit does, one line a change. */
export function PatchList({ patch }: { patch: readonly JsonPatchOperation[] }) {
  if (patch.length === 0) return null
  return (
    <ul
      aria-label="Changes"
      className="max-h-40 overflow-auto rounded-md border bg-sunken p-2 font-mono text-xs"
    >
      {patch.map((step) => (
        <li
          key={`${step.op}:${step.path}`}
          className={cn(
            'break-words',
            step.op === 'add' && 'text-healthy',
            step.op === 'remove' && 'text-degraded',
            step.op === 'replace' && 'text-warning',
          )}
        >
          <span aria-hidden="true">{signs[step.op]} </span>
          <span className="sr-only">{words[step.op]} </span>
          {step.path || '/'}
          {'value' in step ? ` = ${JSON.stringify(step.value).slice(0, shownMax)}` : ''}
        </li>
      ))}
    </ul>
  )
}
