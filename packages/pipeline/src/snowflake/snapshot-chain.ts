/** The snapshots of a table's main branch, newest first; ids as text. */
export type SnapshotChain = {
  ids: readonly string[]
  /** Older snapshots have been expired: an id that is not here may have been one of them. */
  isTruncated: boolean
  metadataLocation: string
}
