import { readdir } from 'node:fs/promises'
import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

it('describes only columns that the migrations made', async () => {
  const described = await describedColumns()

  const { rows } = await database.owner.query<{ column: string }>(`
    SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END AS column
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'`)
  const made = new Set(rows.map((r) => r.column))
  expect(described.filter((column) => !made.has(column))).toEqual([])
  expect(described.length).toBeGreaterThan(100)
})

async function describedColumns(): Promise<string[]> {
  const folder = new URL('.', import.meta.url)
  const files = (await readdir(folder)).filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((f) => import(new URL(f, folder).href)))
  const tables = modules.flatMap((m) => Object.values(m)).filter((value) => is(value, PgTable))
  return tables.flatMap((table) =>
    Object.values(getTableColumns(table)).map(
      (c) => `${getTableName(table)}.${c.name}${c.notNull ? ' not null' : ''}`,
    ),
  )
}
