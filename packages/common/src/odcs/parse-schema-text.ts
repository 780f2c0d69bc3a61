import { parseDocument } from 'yaml'
import { AppError } from '../errors/app-error.ts'

/** YAML or JSON text of a schema file → plain data. Throws INVALID_CONTRACT naming the file. */
export function parseSchemaText(file: string, text: string): unknown {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined)
    throw new AppError('INVALID_CONTRACT', `${file}: neither YAML nor JSON: ${error.message.split('\n')[0]}`)
  const value: unknown = document.toJS()
  return value
}
