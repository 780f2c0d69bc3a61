import type { ReactNode } from 'react'

/** A titled box. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-lg border bg-surface p-4">
      <h2 className="mb-2 text-base font-semibold">{title}</h2>
      <div className="flex flex-col gap-2 text-sm">{children}</div>
    </section>
  )
}

/** A name and its value on one line. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <p className="flex flex-wrap justify-between gap-x-4">
      <span className="text-soft first-letter:uppercase">{name}</span>
      <span>{children}</span>
    </p>
  )
}
