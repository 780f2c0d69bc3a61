import type { ErrorObject } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import type { LocalFault } from './contract-fault.ts'

export type StandardValidator = (document: unknown) => LocalFault[]

/** Errors of a branch only say that the branch was not taken; the ones inside it are what to repair. */
const wrappers = new Set(['allOf', 'anyOf', 'oneOf', 'if', 'not', '$ref'])

/** Compiles the published JSON Schema of the standard (draft 2019-09) into a validator. Throws when it is no such schema. */
export function compileStandard(schema: object): StandardValidator {
  // The schema uses keywords and formats loosely; strict mode would refuse the schema instead of the contract.
  const ajv = new Ajv2019({ allErrors: true, strict: false })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  return (document) => {
    if (validate(document)) return []
    const errors = validate.errors ?? []
    const telling = errors.filter((e) => !wrappers.has(e.keyword))
    return (telling.length > 0 ? telling : errors).map(toFault)
  }
}

function toFault(error: ErrorObject): LocalFault {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  const { additionalProperty, unevaluatedProperty, missingProperty, allowedValues }: Record<string, unknown> =
    error.params
  const extra = additionalProperty ?? unevaluatedProperty
  if (typeof extra === 'string')
    return {
      path: [...path, extra],
      message: `the standard has no field "${extra}" here`,
      remedy: 'put settings of our own under customProperties, or correct the spelling',
    }
  if (typeof missingProperty === 'string')
    return {
      path: [...path, missingProperty],
      message: 'the standard requires it',
      remedy: `add ${missingProperty}`,
    }
  return {
    path,
    message: `the standard: ${error.message ?? error.keyword}`,
    remedy: Array.isArray(allowedValues)
      ? `use ${allowedValues.join(' | ')}`
      : 'see the field in the Open Data Contract Standard 3.1',
  }
}
