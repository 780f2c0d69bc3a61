import type { ReactNode } from 'react'

type Props = { title: ReactNode; lead?: ReactNode; children?: ReactNode }

/** The title of a page and what stands beside it. */
export function PageHeader({ title, lead, children }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2 px-4 pt-4 pb-3">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {lead ? <div className="mt-0.5 text-sm text-soft">{lead}</div> : null}
      </div>
      {children}
    </div>
  )
}
