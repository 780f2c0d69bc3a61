import type { SessionList } from '@lean-ops/common/contract/me'
import type { Setting, SettingKey } from '@lean-ops/common/contract/settings'
import type { System } from '@lean-ops/common/contract/system'
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { callApi } from './call-api.ts'
import { pollEvery } from './poll-every.ts'

export function systemQuery() {
  return queryOptions({
    queryKey: ['system'],
    queryFn: ({ signal }) => callApi<System>('/system', { signal }),
    refetchInterval: pollEvery(15_000),
  })
}

export function settingsQuery() {
  return queryOptions({
    queryKey: ['settings'],
    queryFn: ({ signal }) => callApi<{ settings: Setting[] }>('/settings', { signal }),
  })
}

export function sessionsQuery() {
  return queryOptions({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => callApi<z.infer<typeof SessionList>>('/sessions', { signal }),
  })
}

export function changeSetting(setting: Setting, value: Setting['value']): Promise<Setting> {
  return callApi<Setting>(`/settings/${setting.key satisfies SettingKey}`, {
    method: 'PATCH',
    body: { value },
    headers: { 'if-match': `"v${setting.version}"` },
  })
}

export function endSession(id: string): Promise<void> {
  return callApi<void>(`/sessions/${id}`, { method: 'DELETE' })
}
