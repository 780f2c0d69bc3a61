import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { isZone } from '../format/format-time.ts'
import { Providers } from '../state/providers.tsx'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Lean-Ops', template: '%s · Lean-Ops' },
  description: 'Topics, dead letters and operations of the data pipeline',
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#111113' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const chosen = (await cookies()).get('zone')?.value
  const zone = chosen && isZone(chosen) ? chosen : 'UTC'
  return (
    // next-themes sets the class before hydration: the server cannot know the system's theme.
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers zone={zone} renderedAtMs={Date.now()}>
          {children}
        </Providers>
      </body>
    </html>
  )
}
