import { defineConfig } from 'drizzle-kit'

/** For `drizzle-kit studio` and diffs; migrations are hand-written SQL (triggers, partial indexes, grants). */
export default defineConfig({ dialect: 'postgresql', schema: './src/control-plane/schema', out: './drizzle' })
