/** Something wrong with a contract: where, what, and what to do about it. */
export type ContractFault = {
  file: string
  /** Place in the document, such as `schema.0.properties.3.physicalType`; '' = the whole document. */
  path: string
  line: number | null
  message: string
  remedy: string
}

/** A fault before the file is known. `path` = keys from the document's root. */
export type LocalFault = { path: readonly (string | number)[]; message: string; remedy: string }

/** One sentence per fault. */
export const renderFault = (fault: ContractFault): string =>
  `${fault.file}${fault.line === null ? '' : `:${fault.line}`}: ${fault.path === '' ? 'document' : fault.path}: ${fault.message} → ${fault.remedy}`
