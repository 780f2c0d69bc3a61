import { cn } from './cn.ts'

/** A grey place holder of the size of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cn('block animate-pulse rounded bg-line', className)} />
}
