'use client'

import { useEffect } from 'react'

/** Closes the window that was opened for signing in again. Browsers only allow it for windows a page has opened. */
export function CloseWindow() {
  useEffect(() => {
    window.close()
  }, [])
  return null
}
