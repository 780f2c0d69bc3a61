import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, it, onTestFinished, vi } from 'vitest'
import { isShared, shareAnswers } from './share-answers.ts'

it('an answer of one tab is an answer for the other tab that looks at the same thing', async () => {
  const [one, other] = [new QueryClient(), new QueryClient()]
  for (const tab of [one, other]) onTestFinished(shareAnswers(tab))
  const never = vi.fn(() => new Promise<string>(() => undefined))
  const observer = new QueryObserver(other, { queryKey: ['pulse'], queryFn: never })
  onTestFinished(observer.subscribe(() => undefined))

  await one.fetchQuery({ queryKey: ['pulse'], queryFn: async () => 'beat' })

  await vi.waitFor(() => expect(other.getQueryData(['pulse'])).toBe('beat'))
})

it('a tab takes nothing that it does not show', async () => {
  const [one, other] = [new QueryClient(), new QueryClient()]
  for (const tab of [one, other]) onTestFinished(shareAnswers(tab))
  const observer = new QueryObserver(other, {
    queryKey: ['topics'],
    queryFn: () => new Promise(() => undefined),
  })
  onTestFinished(observer.subscribe(() => undefined))

  await one.fetchQuery({ queryKey: ['pulse'], queryFn: async () => 'beat' })
  await one.fetchQuery({ queryKey: ['topics'], queryFn: async () => 'rows' })

  await vi.waitFor(() => expect(other.getQueryData(['topics'])).toBe('rows'))
  expect(other.getQueryData(['pulse'])).toBeUndefined()
})

it('bodies, who is signed in, and lists that have grown page by page stay in their tab', () => {
  expect(isShared(['dead-letters', 'body', 'id', 1])).toBe(false)
  expect(isShared(['dead-letters', 'list', ''])).toBe(false)
  expect(isShared(['operations', 'list', ''])).toBe(false)
  expect(isShared(['me'])).toBe(false)
  expect(isShared(['dead-letters', 'groups', ''])).toBe(true)
})
