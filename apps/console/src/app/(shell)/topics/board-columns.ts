/** The columns of the board: `width` is a CSS grid track, so that live values never move their neighbours. */
export const boardColumns = [
  { id: 'topic', label: 'Topic', width: 'minmax(190px, 2fr)', isFixed: true },
  { id: 'verdict', label: 'Verdict', width: 'minmax(196px, 2.2fr)', isFixed: true },
  {
    id: 'backlog',
    label: 'Backlog',
    width: '112px',
    isNumber: true,
    hint: 'Messages waiting in the queue, and the last hour of it',
  },
  { id: 'inFlight', label: 'In flight', width: '84px', isNumber: true, hint: 'Received, not yet settled' },
  { id: 'oldest', label: 'Oldest', width: '76px', isNumber: true, hint: 'Age of the oldest waiting message' },
  { id: 'arrival', label: 'Last arrival', width: '92px', isNumber: true, hint: 'Last message seen' },
  { id: 'rawRows', label: 'RAW rows', width: '88px', isNumber: true, hint: 'Rows in the RAW table' },
  {
    id: 'snapshot',
    label: 'Snapshot',
    width: '126px',
    isNumber: true,
    hint: 'Newest RAW commit and its age',
  },
  { id: 'deadLetters', label: 'Dead letters', width: '96px', isNumber: true, hint: 'Open dead letters' },
  { id: 'owner', label: 'Owner', width: 'minmax(90px, 1fr)' },
] as const satisfies readonly BoardColumn[]

export type ColumnId =
  | 'topic'
  | 'verdict'
  | 'backlog'
  | 'inFlight'
  | 'oldest'
  | 'arrival'
  | 'rawRows'
  | 'snapshot'
  | 'deadLetters'
  | 'owner'

export type BoardColumn = {
  id: ColumnId
  label: string
  width: string
  isNumber?: boolean
  /** Always shown. */
  isFixed?: boolean
  hint?: string
}

export const columnIds = boardColumns.map((column) => column.id)
export const defaultColumns: ColumnId[] = columnIds.filter((id) => id !== 'inFlight')
