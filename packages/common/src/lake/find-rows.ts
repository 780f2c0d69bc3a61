import type { LakeTable } from './find-table.ts'
import type { LakeDeps } from './lake-deps.ts'
import { type DataFile, listDataFiles, type PartitionFilter } from './list-data-files.ts'
import { type FileRow, readDataFile } from './read-data-file.ts'

export type FoundRow = FileRow & { __file: string; __position: number }

export type RowSearch = {
  rows: FoundRow[]
  /** Files that were read, newest day first. */
  files: number
  /** The newest day that was not searched to its end; null = everything was. */
  stoppedAt: string | null
}

type Request = {
  /** Columns that decide, and those that are wanted of a row that matches. */
  match: { columns: readonly string[]; test: (row: FileRow) => boolean }
  columns: readonly string[]
  filter: PartitionFilter
  /** Asked before each file and each chunk. */
  mayGoOn: () => boolean
  rowsMax: number
}

/** Rows of a table's newest snapshot that match, reading only the deciding columns of each file until one does. Deleted rows are included. */
export async function findRows(
  deps: Pick<LakeDeps, 's3'>,
  table: LakeTable,
  request: Request,
): Promise<RowSearch> {
  const found: RowSearch = { rows: [], files: 0, stoppedAt: null }
  for (const file of await listDataFiles(deps, table, request.filter)) {
    if (!request.mayGoOn() || found.rows.length >= request.rowsMax)
      return { ...found, stoppedAt: dayOf(file) }
    for (const position of await positionsIn(deps, file, request)) {
      const within = { from: position, to: position + 1 }
      for await (const { rows } of readDataFile(deps.s3, file, request.columns, within))
        for (const row of rows) found.rows.push({ ...row, __file: file.url, __position: position })
    }
    found.files += 1
  }
  return found
}

const dayOf = (file: DataFile): string =>
  Object.values(file.partition).find((value) => typeof value === 'string') ?? '9999-12-31'

async function positionsIn(
  deps: Pick<LakeDeps, 's3'>,
  file: DataFile,
  { match, rowsMax }: Request,
): Promise<number[]> {
  const positions: number[] = []
  for await (const { first, rows } of readDataFile(deps.s3, file, match.columns)) {
    for (const [n, row] of rows.entries()) if (match.test(row)) positions.push(first + n)
    if (positions.length >= rowsMax) break
  }
  return positions
}

/** Drops rows that a later commit deleted by position, as merges do. */
export async function dropDeleted(
  deps: Pick<LakeDeps, 's3'>,
  table: LakeTable,
  filter: PartitionFilter,
  rows: readonly FoundRow[],
): Promise<FoundRow[]> {
  if (rows.length === 0) return []
  const gone = new Set<string>()
  const wanted = new Set(rows.map(placeOf))
  for (const file of await listDataFiles(deps, table, filter, 'deletes'))
    for await (const chunk of readDataFile(deps.s3, file, ['file_path', 'pos']))
      for (const row of chunk.rows) {
        const place = `${String(row.file_path)} ${Number(row.pos)}`
        if (wanted.has(place)) gone.add(place)
      }
  return rows.filter((row) => !gone.has(placeOf(row)))
}

const placeOf = (row: FoundRow): string => `${row.__file} ${row.__position}`
