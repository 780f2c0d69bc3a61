import { act, render, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { DialogWindow } from './dialog-window.tsx'

function Page({ open }: { open: boolean }) {
  return (
    <>
      <button type="button">a row</button>
      <DialogWindow open={open} onOpenChange={() => undefined} title="Replay">
        text
      </DialogWindow>
    </>
  )
}

test('a dialog that no trigger opened gives the focus back to where it was', async () => {
  const { rerender } = render(<Page open={false} />)
  const row = screen.getByRole('button', { name: 'a row' })
  act(() => row.focus())
  rerender(<Page open />)
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('dialog')))

  rerender(<Page open={false} />)

  await waitFor(() => expect(document.activeElement).toBe(row))
})
