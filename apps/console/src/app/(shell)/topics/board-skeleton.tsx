import { Skeleton } from '../../../components/ui/skeleton.tsx'
import type { Density } from '../../../state/density.ts'

const places = Array.from({ length: 14 }, (_, index) => index)

/** The board while it loads for the first time: rows of the height that is coming. */
export function BoardSkeleton({ density }: { density: Density }) {
  return (
    <div role="status" className="px-4 pt-9">
      <span className="sr-only">Loading topics…</span>
      {places.map((place) => (
        <div
          key={place}
          className="flex items-center gap-6 border-b"
          style={{ height: density === 'compact' ? 28 : 36 }}
        >
          <Skeleton className="h-3 w-40" />
          <Skeleton className="h-3 w-24" />
          <Skeleton className="ml-auto h-3 w-12" />
          <Skeleton className="h-3 w-12" />
          <Skeleton className="hidden h-3 w-20 md:block" />
          <Skeleton className="hidden h-3 w-24 md:block" />
        </div>
      ))}
    </div>
  )
}
