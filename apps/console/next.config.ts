import type { NextConfig } from 'next'
import { hintEagerCompile } from './src/build/hint-eager-compile.ts'

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // TypeScript 7 ships no JavaScript API for Next's own check: `tsc -b apps/console` is the check.
  typescript: { ignoreBuildErrors: true },
  transpilePackages: ['@lean-ops/common'],
  compiler: { runAfterProductionCompile: hintEagerCompile },
  experimental: { optimizePackageImports: ['lucide-react', 'radix-ui'] },
  async headers() {
    return [
      {
        source: '/:path*',
        headers: [
          { key: 'X-Frame-Options', value: 'DENY' },
          { key: 'X-Content-Type-Options', value: 'nosniff' },
          { key: 'Referrer-Policy', value: 'same-origin' },
        ],
      },
    ]
  },
}

export default config
