import type { Database } from '@lean-ops/common/control-plane/connect'
import { sql } from 'drizzle-orm'

type Place = { bucket: string; key: string }
type Db = Pick<Database, 'execute'>

/** True when this content of the object is in the index as a whole. */
export async function isIndexed({ bucket, key }: Place, etag: string, db: Db): Promise<boolean> {
  const { rows } = await db.execute(
    sql`SELECT 1 FROM indexed_objects WHERE bucket = ${bucket} AND key = ${key} AND etag = ${etag}`,
  )
  return rows.length > 0
}

export async function markIndexed(
  { bucket, key }: Place,
  etag: string,
  records: number,
  db: Db,
): Promise<void> {
  await db.execute(sql`
    INSERT INTO indexed_objects (bucket, key, etag, records) VALUES (${bucket}, ${key}, ${etag}, ${records})
    ON CONFLICT (bucket, key) DO UPDATE SET etag = excluded.etag, records = excluded.records, indexed_at = now()`)
}
