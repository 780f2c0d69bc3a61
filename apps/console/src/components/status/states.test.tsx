import { render, screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { ApiError } from '../../queries/call-api.ts'
import { CouldNotLoad, NothingMatches } from './states.tsx'

it('what may not be seen is not offered again, what failed is', () => {
  const onRetry = vi.fn()
  const refusal = new ApiError('Ask the data platform team.', { status: 403, code: 'FORBIDDEN' })
  const failure = new ApiError('The database did not answer.', {
    status: 503,
    code: 'UNAVAILABLE',
    requestId: 'r-1',
  })

  const { rerender } = render(
    <CouldNotLoad what="the topics" error={refusal} isRetrying={false} onRetry={onRetry} />,
  )
  expect(screen.getByRole('alert').textContent).toContain('You may not see the topics')
  expect(screen.queryByRole('button')).toBeNull()

  rerender(<CouldNotLoad what="the topics" error={failure} isRetrying={false} onRetry={onRetry} />)
  expect(screen.getByRole('alert').textContent).toContain('request r-1')
  screen.getByRole('button', { name: 'Try again' }).click()
  expect(onRetry).toHaveBeenCalledOnce()
})

it('an empty list under a filter says how many it hides', () => {
  const { getByText } = render(<NothingMatches what="topic" total={1_204} onClear={() => undefined} />)

  expect(getByText('The filter hides all 1,204.')).toBeTruthy()
})
