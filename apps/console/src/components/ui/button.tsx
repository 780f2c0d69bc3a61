import { cva, type VariantProps } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border text-sm font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      intent: {
        plain: 'border-line bg-surface text-ink hover:bg-sunken',
        ghost: 'border-transparent bg-transparent text-soft hover:bg-sunken hover:text-ink',
        primary: 'border-transparent bg-accent text-accent-ink hover:opacity-90',
        danger: 'border-degraded/40 bg-surface text-degraded hover:bg-degraded-soft',
      },
      size: { sm: 'h-7 px-2 text-xs', md: 'h-8 px-3', icon: 'size-8', iconSm: 'size-7' },
    },
    defaultVariants: { intent: 'plain', size: 'md' },
  },
)

type Props = ComponentProps<'button'> & VariantProps<typeof look> & { asChild?: boolean }

/** The one button. `asChild` lends the look to a link. */
export function Button({ className, intent, size, asChild = false, type = 'button', ...props }: Props) {
  if (asChild) return <Slot.Root className={cn(look({ intent, size }), className)} {...props} />
  return <button type={type} className={cn(look({ intent, size }), className)} {...props} />
}
