import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { ZoneProvider } from '../../state/zone.tsx'
import { Timestamp } from './timestamp.tsx'

it('shows the chosen zone in place and UTC in the hint', () => {
  render(
    <ZoneProvider initialZone="Asia/Kathmandu">
      <Timestamp at="2026-11-23T02:14:07.000Z" form="full" />
    </ZoneProvider>,
  )

  const time = screen.getByRole('button')
  expect(time.textContent).toBe('2026-11-23 07:59:07 +05:45')
  expect(time.getAttribute('data-tip')).toContain('2026-11-23 02:14:07 UTC')
})

it('is no button inside of one', () => {
  const { container } = render(<Timestamp at="2026-11-23T02:14:07.000Z" form="full" isPlain />)

  expect(container.querySelector('button')).toBeNull()
  expect(container.querySelector('time')?.dateTime).toBe('2026-11-23T02:14:07.000Z')
})
