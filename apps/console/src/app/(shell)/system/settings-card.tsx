'use client'

import type { Setting, SettingKey } from '@lean-ops/common/contract/settings'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CouldNotLoad } from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { changeSetting, settingsQuery } from '../../../queries/system.ts'
import { toast } from '../../../state/toasts.ts'
import { usePermission } from '../../../state/use-permission.ts'
import { Card } from './card.tsx'

const words: Record<SettingKey, { label: string; hint: string; type: 'text' | 'number' }> = {
  banner: {
    label: 'Notice on every page',
    hint: 'For example during a migration; empty for none.',
    type: 'text',
  },
  unmaskPerHourMax: {
    label: 'Messages one person may unmask in an hour',
    hint: 'Beyond it the API refuses until the hour is over.',
    type: 'number',
  },
  keepSettledDays: {
    label: 'Days that settled messages stay',
    hint: 'Resolved ones, and discarded ones past their restoration. Open ones stay for ever.',
    type: 'number',
  },
}

/** What may be changed without a deployment. */
export function SettingsCard() {
  const { data, error, isFetching, refetch } = useQuery(settingsQuery())
  return (
    <Card title="Settings">
      {data ? (
        data.settings.map((setting) => <Row key={`${setting.key}:${setting.version}`} setting={setting} />)
      ) : error ? (
        <CouldNotLoad
          what="the settings"
          error={error}
          isRetrying={isFetching}
          onRetry={() => void refetch()}
        />
      ) : (
        <Skeleton className="h-20" />
      )}
    </Card>
  )
}

function Row({ setting }: { setting: Setting }) {
  const queries = useQueryClient()
  const refusal = usePermission('admin')
  const [draft, setDraft] = useState(setting.value === null ? '' : String(setting.value))
  const { label, hint, type } = words[setting.key]
  const change = useMutation({
    mutationFn: () =>
      changeSetting(setting, type === 'number' ? Number(draft) : draft.trim() === '' ? null : draft.trim()),
    onSuccess: () => void queries.invalidateQueries({ queryKey: settingsQuery().queryKey }),
    onError: (error) => {
      void queries.invalidateQueries({ queryKey: settingsQuery().queryKey })
      toast.error(error.message)
    },
  })
  const isChanged = draft.trim() !== (setting.value === null ? '' : String(setting.value))
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged && refusal === undefined) change.mutate()
      }}
    >
      <label className="flex flex-col gap-1">
        <span>{label}</span>
        <span className="flex gap-2">
          <input
            type={type}
            value={draft}
            readOnly={refusal !== undefined}
            onChange={(event) => setDraft(event.target.value)}
            className="h-8 min-w-0 flex-1 rounded-md border border-line bg-canvas px-2.5 text-sm"
          />
          <Button
            type="submit"
            aria-disabled={refusal !== undefined}
            data-tip={refusal}
            disabled={refusal === undefined && (!isChanged || change.isPending)}
          >
            Save
          </Button>
        </span>
      </label>
      <p className="text-xs text-soft">
        {hint}
        {setting.updatedAt ? (
          <>
            {' '}
            Changed by {setting.updatedBy} <Timestamp at={setting.updatedAt} />.
          </>
        ) : null}
      </p>
    </form>
  )
}
