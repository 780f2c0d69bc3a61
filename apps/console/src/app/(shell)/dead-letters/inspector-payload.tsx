'use client'

import { useQuery } from '@tanstack/react-query'
import { Copy, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { JsonTree } from '../../../components/json/json-tree.tsx'
import { RawText } from '../../../components/json/raw-text.tsx'
import { CouldNotLoad, NothingExists } from '../../../components/status/states.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Copyable } from '../../../components/ui/copyable.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { formatSize } from '../../../format/format-size.ts'
import { isMaskText } from '../../../json/is-mask-text.ts'
import { bodyQuery } from '../../../queries/dead-letters.ts'

/** The body as a tree or as it was sent. Masked by the server: what is not allowed never reaches the browser. */
export function InspectorPayload({ id }: { id: string }) {
  const { data, error, isFetching, refetch } = useQuery(bodyQuery(id))
  const [form, setForm] = useState<'tree' | 'raw'>('tree')
  const [path, setPath] = useState<string | undefined>(undefined)
  if (error && !data)
    return (
      <CouldNotLoad what="the payload" error={error} isRetrying={isFetching} onRetry={() => void refetch()} />
    )
  if (!data) return <Skeleton className="m-4 h-48" />
  if (data.text === '')
    return <NothingExists title="The body is empty">The message has no body at all.</NothingExists>
  return (
    <div className="flex h-full min-h-64 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b px-3 py-1 text-xs text-soft">
        <fieldset className="flex gap-1">
          <legend className="sr-only">Form</legend>
          {(['tree', 'raw'] as const).map((one) => (
            <Button
              key={one}
              intent="ghost"
              size="sm"
              aria-pressed={form === one}
              className={form === one ? 'bg-accent-soft text-accent' : ''}
              onClick={() => setForm(one)}
            >
              {one === 'tree' ? 'Tree' : 'Raw'}
            </Button>
          ))}
        </fieldset>
        <span className="num">{formatSize(data.sizeBytes)}</span>
        {data.isMasked ? (
          <span
            className="flex items-center gap-1"
            data-tip="Classified fields are masked by the topic's contract. Seeing them needs payload:unmask and a reason."
          >
            <EyeOff aria-hidden="true" className="size-3.5" />
            masked
          </span>
        ) : null}
        {data.isCut ? <span className="text-warning">cut: only the first part is shown</span> : null}
        <span className="min-w-0 flex-1 truncate text-right">
          {form === 'tree' && path ? <Copyable text={path} className="text-2xs" /> : null}
        </span>
        <Button
          intent="ghost"
          size="sm"
          onClick={() =>
            navigator.clipboard.writeText(data.text).then(
              () => toast(`Copied ${formatSize(data.text.length)}${data.isMasked ? ', masked' : ''}`),
              () => toast.error('The browser refused access to the clipboard.'),
            )
          }
        >
          <Copy aria-hidden="true" />
          Copy
        </Button>
      </div>
      <div className="min-h-0 flex-1">
        {form === 'tree' ? (
          <JsonTree text={data.text} isMask={isMaskText} onPath={setPath} />
        ) : (
          <RawText text={data.text} />
        )}
      </div>
    </div>
  )
}
