'use client'

import { json } from '@codemirror/lang-json'
import type { OperationParameters } from '@lean-ops/common/contract/operation'
import { useQuery } from '@tanstack/react-query'
import CodeMirror, { EditorView } from '@uiw/react-codemirror'
import { useTheme } from 'next-themes'
import { useMemo, useState } from 'react'
import { LineDiff } from '../../../components/json/line-diff.tsx'
import { CouldNotLoad, NothingExists } from '../../../components/status/states.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { formatCount } from '../../../format/format-number.ts'
import { diffToPatch } from '../../../json/diff-to-patch.ts'
import { scanJson } from '../../../json/scan-json.ts'
import { spreadJson } from '../../../json/spread-json.ts'
import { bodyCharacters, bodyQuery } from '../../../queries/dead-letters.ts'
import { PatchList } from './patch-list.tsx'

type Props = { id: string; onClose: () => void; onPlan: (parameters: OperationParameters) => void }

// The name belongs to what takes the keys, not to the frame around it.
const extensions = [json(), EditorView.contentAttributes.of({ 'aria-label': 'Body of the message' })]

/**
 * Edits one body. What leaves the browser is the difference, as JSON Patch with the body's checksum: the server applies
 * it to the original, so that masked values stay, and refuses when the body is not the one that was shown.
 */
export function EditDialog({ id, onClose, onPlan }: Props) {
  const { data, error, isFetching, refetch } = useQuery(bodyQuery(id, bodyCharacters.most))
  const { resolvedTheme } = useTheme()
  const original = useMemo(() => {
    const scan = data?.text ? scanJson(data.text) : undefined
    return data?.text && scan?.ok ? spreadJson(data.text, scan.nodes) : undefined
  }, [data])
  const [draft, setDraft] = useState<string | undefined>(undefined)
  const text = draft ?? original ?? ''
  const diff = useMemo(
    () => (original === undefined ? undefined : diffToPatch(original, text)),
    [original, text],
  )
  const patch = diff?.ok ? diff.patch : []
  const isEditable =
    data !== undefined &&
    original !== undefined &&
    !data.isCut &&
    data.layer === 'body' &&
    data.shows !== 'shape'
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Edit and replay"
      description="Only what you change is sent. Masked values stay as they are; the original stays in the archive."
      className="w-[min(96vw,900px)]"
    >
      {error && !data ? (
        <CouldNotLoad
          what="the payload"
          error={error}
          isRetrying={isFetching}
          onRetry={() => void refetch()}
        />
      ) : !data ? (
        <Skeleton className="m-4 h-64" />
      ) : !isEditable ? (
        <NothingExists title="This body cannot be edited here">
          {data.isCut
            ? 'It is too large to be edited in the browser.'
            : data.layer === 'inner'
              ? 'It is wrapped in an envelope whose content is encoded. Unmask it to edit the whole.'
              : data.shows === 'shape'
                ? 'You see its shape only. Unmask it, or ask for the permission to read payloads.'
                : 'It is not JSON, so that a change cannot be named by field.'}
        </NothingExists>
      ) : (
        <div className="flex flex-col gap-3 p-4">
          <div className="overflow-hidden rounded-md border text-xs">
            <CodeMirror
              value={text}
              height="min(46dvh, 420px)"
              theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
              extensions={extensions}
              basicSetup={{ foldGutter: true, highlightActiveLine: false }}
              onChange={setDraft}
            />
          </div>
          {diff && !diff.ok ? (
            <p role="alert" className="text-sm text-degraded">
              {diff.message}
            </p>
          ) : (
            <>
              <PatchList patch={patch} />
              {patch.length > 0 && original !== undefined ? (
                <LineDiff label="Before and after" before={original} after={text} className="max-h-48" />
              ) : null}
            </>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Close</Button>
            <Button
              intent="primary"
              disabled={patch.length === 0}
              onClick={() => onPlan({ kind: 'edit-and-replay', patch, bodySha256: data.sha256 })}
            >
              {patch.length === 0 ? 'Nothing changed yet' : `Check ${formatCount(patch.length, 'change')}…`}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
