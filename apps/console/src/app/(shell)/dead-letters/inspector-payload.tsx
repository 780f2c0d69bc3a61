'use client'

import type { DeadLetterBodyView } from '@lean-ops/common/contract/dead-letter-requests'
import { useQuery } from '@tanstack/react-query'
import { Copy, Download, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { JsonTree } from '../../../components/json/json-tree.tsx'
import { RawText } from '../../../components/json/raw-text.tsx'
import { CouldNotLoad, NothingExists } from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Copyable } from '../../../components/ui/copyable.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { formatSize } from '../../../format/format-size.ts'
import { isMaskText } from '../../../json/is-mask-text.ts'
import { bodyCharacters, bodyQuery } from '../../../queries/dead-letters.ts'
import { toast } from '../../../state/toasts.ts'
import { UnmaskButton } from './unmask-button.tsx'

/** The body as a tree or as it was sent. Masked by the server: what is not allowed never reaches the browser. */
export function InspectorPayload({ id }: { id: string }) {
  const [charactersMax, setCharactersMax] = useState<number>(bodyCharacters.first)
  const { data, error, isFetching, refetch } = useQuery(bodyQuery(id, charactersMax))
  const [form, setForm] = useState<'tree' | 'raw'>('tree')
  const [path, setPath] = useState<string | undefined>(undefined)
  if (error && !data)
    return (
      <CouldNotLoad what="the payload" error={error} isRetrying={isFetching} onRetry={() => void refetch()} />
    )
  if (!data) return <Skeleton className="m-4 h-48" />
  const { text } = data
  const isTree = form === 'tree' && !data.isCut && data.kind === 'json'
  return (
    <div className="flex h-full min-h-64 flex-col">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-1 text-xs text-soft">
        <fieldset className="flex gap-1">
          <legend className="sr-only">Form</legend>
          {(['tree', 'raw'] as const).map((one) => (
            <Button
              key={one}
              intent="ghost"
              size="sm"
              aria-pressed={(one === 'tree') === isTree}
              disabled={one === 'tree' && (data.isCut || data.kind !== 'json')}
              className={(one === 'tree') === isTree ? 'bg-accent-soft text-accent' : ''}
              onClick={() => setForm(one)}
            >
              {one === 'tree' ? 'Tree' : 'Raw'}
            </Button>
          ))}
        </fieldset>
        <span className="num">{formatSize(data.sizeBytes)}</span>
        <Masking body={data} id={id} />
        <span className="min-w-0 flex-1 truncate text-right">
          {isTree && path ? <Copyable text={path} className="text-2xs" /> : null}
        </span>
        {text ? (
          <Button
            intent="ghost"
            size="sm"
            onClick={() =>
              navigator.clipboard.writeText(text).then(
                () => toast(`Copied ${formatSize(text.length)}${data.masking.isMasked ? ', masked' : ''}`),
                () => toast.error('The browser refused access to the clipboard.'),
              )
            }
          >
            <Copy aria-hidden="true" />
            Copy
          </Button>
        ) : null}
        {data.masking.isMasked ? null : (
          <Button asChild intent="ghost" size="sm">
            <a href={`/api/dead-letters/${id}/body/raw`} download={`${id}.txt`}>
              <Download aria-hidden="true" />
              Exact bytes
            </a>
          </Button>
        )}
      </div>
      {data.isCut ? (
        <p className="flex flex-wrap items-center gap-2 border-b bg-warning-soft px-3 py-1 text-xs text-warning">
          The first {formatSize(text?.length ?? 0)} of {formatSize(data.sizeBytes)}.
          {charactersMax < bodyCharacters.most ? (
            <Button
              size="sm"
              className="h-6"
              disabled={isFetching}
              onClick={() => setCharactersMax(bodyCharacters.most)}
            >
              Load all of it
            </Button>
          ) : (
            ' The rest is in the download.'
          )}
        </p>
      ) : null}
      <div className="min-h-0 flex-1">
        {text === null ? (
          <NoText kind={data.kind} />
        ) : text === '' ? (
          <NothingExists title="The body is empty">The message has no body at all.</NothingExists>
        ) : isTree ? (
          <JsonTree text={text} isMask={isMaskText} onPath={setPath} />
        ) : (
          <RawText text={text} />
        )}
      </div>
    </div>
  )
}

const hidden: Record<DeadLetterBodyView['shows'], string> = {
  clear: 'In clear.',
  fields: 'Fields that the contract classifies are masked.',
  shape:
    'Only keys and shape are shown: you may not read payloads, or there is no contract to say what is safe.',
  none: 'Not JSON, so that nothing in it is known to be safe to show.',
}

function Masking({ body, id }: { body: DeadLetterBodyView; id: string }) {
  const { masking, shows } = body
  if (!masking.isMasked)
    return masking.unmaskedUntil ? (
      <span>
        in clear to you, ends <Timestamp at={masking.unmaskedUntil} />
      </span>
    ) : null
  return (
    <>
      <span className="flex items-center gap-1" data-tip={hidden[shows]}>
        <EyeOff aria-hidden="true" className="size-3.5" />
        masked
      </span>
      {body.layer === 'inner' ? (
        <span data-tip="The decoded content of its SNS or Pub/Sub envelope">inner</span>
      ) : null}
      <UnmaskButton id={id} mayUnmask={masking.mayUnmask} />
    </>
  )
}

function NoText({ kind }: { kind: DeadLetterBodyView['kind'] }) {
  if (kind === 'missing')
    return (
      <NothingExists title="The body is gone">
        It is no longer in the archive: without a body the message cannot be replayed.
      </NothingExists>
    )
  if (kind === 'binary')
    return (
      <NothingExists title="The body is binary">
        Its bytes are no text. Unmasked, they can be downloaded.
      </NothingExists>
    )
  return (
    <NothingExists title="The body is hidden">
      It is not JSON, so that nothing in it is known to be safe to show. Unmask it to see it.
    </NothingExists>
  )
}
