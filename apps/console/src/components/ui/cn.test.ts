import { expect, it } from 'vitest'
import { cn } from './cn.ts'

it.each([
  ['h-7 px-2 text-xs', 'h-5 px-1 text-2xs', 'h-5 px-1 text-2xs'],
  ['text-sm text-soft', 'text-ink', 'text-sm text-ink'],
  [
    'bg-surface hover:bg-sunken',
    'bg-accent-soft hover:bg-accent-soft',
    'bg-accent-soft hover:bg-accent-soft',
  ],
  ['min-h-8 h-8', 'min-h-6', 'h-8 min-h-6'],
  ['border border-line', 'border-accent', 'border border-accent'],
  ['font-mono font-medium', 'text-degraded', 'font-mono font-medium text-degraded'],
  ['top-1/2 -translate-y-1/2', 'top-[12vh] translate-y-0', 'top-[12vh] translate-y-0'],
  ['w-[min(94vw,560px)] h-6 xl:h-6', 'w-[min(96vw,640px)] xl:h-5', 'h-6 w-[min(96vw,640px)] xl:h-5'],
])('%s + %s', (base, own, joined) => {
  expect(cn(base, own)).toBe(joined)
})
