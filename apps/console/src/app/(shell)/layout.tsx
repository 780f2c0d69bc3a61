import type { ReactNode } from 'react'
import { Shell } from '../../components/shell/shell.tsx'

export default function ShellLayout({ children }: { children: ReactNode }) {
  const environment = { stage: process.env.STAGE ?? 'local', region: process.env.AWS_REGION ?? 'us-east-1' }
  return <Shell environment={environment}>{children}</Shell>
}
