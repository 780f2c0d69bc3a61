import type pg from 'pg'

/**
 * Runs `fill` while secondary indexes, triggers and foreign keys of the given tables are out of the way, and puts them back: filling a million
 * rows into a dozen indexes takes ten times as long as building them once. For empty tables in one transaction of their owner, who needs
 * no right beyond owning them; anyone else waits.
 */
export async function withoutIndexes(
  client: pg.ClientBase,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const quote = (name: string): string => client.escapeIdentifier(name)
  const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(
    `SELECT i.indexname, i.indexdef FROM pg_indexes i
     WHERE i.tablename = ANY ($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)`,
    [tables],
  )
  const { rows: keys } = await client.query<{ conname: string; tablename: string; definition: string }>(
    `SELECT c.conname, t.relname AS tablename, pg_get_constraintdef(c.oid) AS definition
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'f' AND t.relname = ANY ($1)`,
    [tables],
  )
  for (const { indexname } of indexes) await client.query(`DROP INDEX ${quote(indexname)}`)
  // The triggers of a foreign key are the system's: switching them off would take a superuser.
  for (const key of keys)
    await client.query(`ALTER TABLE ${quote(key.tablename)} DROP CONSTRAINT ${quote(key.conname)}`)
  for (const table of tables) await client.query(`ALTER TABLE ${quote(table)} DISABLE TRIGGER USER`)
  await fill()
  for (const table of tables) await client.query(`ALTER TABLE ${quote(table)} ENABLE TRIGGER USER`)
  for (const { indexdef } of indexes) await client.query(indexdef)
  for (const key of keys)
    await client.query(
      `ALTER TABLE ${quote(key.tablename)} ADD CONSTRAINT ${quote(key.conname)} ${key.definition}`,
    )
}
