import * as z from 'zod'
import { lineageAttributeName } from './lineage.ts'

/** One attribute with its SQS type (`String`, `Number`, `Binary`, or one with a suffix: `Number.int`). Binary values are base64. */
export const TypedAttribute = z.object({ type: z.string(), value: z.string() })
export type TypedAttribute = z.infer<typeof TypedAttribute>

/** A producer's attributes by name; the same form in the RAW column `message_attributes`, in claim checks and dead letters. */
export const TypedAttributes = z.record(z.string(), TypedAttribute)
export type TypedAttributes = z.infer<typeof TypedAttributes>

/** An attribute as a Lambda event carries it. */
export type LambdaAttribute = {
  dataType: string
  stringValue?: string | undefined
  /** base64 */
  binaryValue?: string | undefined
}

/** An attribute as the SQS client takes and gives it. */
export type SqsAttribute = {
  DataType: string | undefined
  StringValue?: string | undefined
  BinaryValue?: Uint8Array | undefined
}

const isBinary = (type: string): boolean => type === 'Binary' || type.startsWith('Binary.')

/** Attributes of a Lambda event record, without our own lineage. */
export function typedFromLambda(attributes: Record<string, LambdaAttribute> | undefined): TypedAttributes {
  return collect(attributes, (a) => ({
    type: a.dataType,
    value: (isBinary(a.dataType) ? a.binaryValue : a.stringValue) ?? '',
  }))
}

/** Attributes of a message received through the SQS client, without our own lineage. */
export function typedFromSqs(attributes: Record<string, SqsAttribute> | undefined): TypedAttributes {
  return collect(attributes, (a) => {
    const type = a.DataType ?? 'String'
    const value = isBinary(type) ? Buffer.from(a.BinaryValue ?? []).toString('base64') : a.StringValue
    return { type, value: value ?? '' }
  })
}

/** By fromEntries, never by assignment: SQS allows an attribute called `__proto__`. */
const collect = <A>(
  attributes: Record<string, A> | undefined,
  typed: (attribute: A) => TypedAttribute,
): TypedAttributes =>
  Object.fromEntries(
    Object.entries(attributes ?? {})
      .filter(([name]) => name !== lineageAttributeName)
      .map(([name, attribute]) => [name, typed(attribute)]),
  )

/** Back to the form that the SQS client sends. */
export function typedToSqs(attributes: TypedAttributes): Record<string, SqsAttribute & { DataType: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      isBinary(type)
        ? { DataType: type, BinaryValue: Buffer.from(value, 'base64') }
        : { DataType: type, StringValue: value },
    ]),
  )
}

/** Bytes that SQS counts for these attributes: names, types and values. */
export function attributesBytes(attributes: TypedAttributes): number {
  let bytes = 0
  for (const [name, { type, value }] of Object.entries(attributes))
    bytes +=
      Buffer.byteLength(name) + type.length + Buffer.byteLength(value, isBinary(type) ? 'base64' : 'utf8')
  return bytes
}
