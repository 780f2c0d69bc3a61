import { createHash } from 'node:crypto'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

const replacement = { kind: 'delete-then-create' } as const
const ignored = {
  keepers: 'local values are meant to stay the same',
  overrideSpecial: 'letters and digits only',
}

/** Local "random" values follow from the resource's name: a lost checkpoint then finds the same secrets and names again. */
function bytesFor(inputs: Inputs, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let i = 0; i * 32 < length; i++)
    blocks.push(createHash('sha256').update(`local:${inputs.name}:${i}`).digest())
  return Buffer.concat(blocks).subarray(0, length)
}

const noRemoval = { remove: async () => undefined, read: async () => ({}) }

export const randomBytes = createdKind({
  type: 'random:index/randomBytes:RandomBytes',
  immutable: ['length'],
  replacement,
  ignored,
  isPure: true,
  map: (inputs) => ({ name: inputs.name, bytes: bytesFor(inputs, inputs.number('length')) }),
  put: async ({ name, bytes }) => ({
    id: name,
    base64: bytes.toString('base64'),
    hex: bytes.toString('hex'),
  }),
  ...noRemoval,
})

export const randomId = createdKind({
  type: 'random:index/randomId:RandomId',
  immutable: ['byteLength', 'prefix'],
  replacement,
  ignored,
  isPure: true,
  map: (inputs) => ({
    prefix: inputs.textOr('prefix') ?? '',
    bytes: bytesFor(inputs, inputs.number('byteLength')),
  }),
  put: async ({ prefix, bytes }) => ({
    id: bytes.toString('base64url'),
    hex: prefix + bytes.toString('hex'),
    dec: prefix + BigInt(`0x${bytes.toString('hex')}`).toString(),
    b64Std: prefix + bytes.toString('base64'),
    b64Url: prefix + bytes.toString('base64url'),
  }),
  ...noRemoval,
})

export const randomPassword = randomText('random:index/randomPassword:RandomPassword')
export const randomString = randomText('random:index/randomString:RandomString')

export const randomUuid = createdKind({
  type: 'random:index/randomUuid:RandomUuid',
  isPure: true,
  ignored,
  map: (inputs) => bytesFor(inputs, 16).toString('hex'),
  put: async (hex) => {
    const result = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join('-')
    return { id: result, result }
  },
  ...noRemoval,
})

function randomText(type: string) {
  return createdKind({
    type,
    immutable: ['length', 'special', 'upper', 'lower', 'numeric', 'number'],
    replacement,
    ignored: {
      ...ignored,
      lower: 'letters and digits only',
      numeric: 'letters and digits only',
      number: 'letters and digits only',
      special: 'letters and digits only',
      minLower: 'letters and digits only',
      minUpper: 'letters and digits only',
      minNumeric: 'letters and digits only',
      minSpecial: 'letters and digits only',
    },
    isPure: true,
    map: (inputs) => {
      const alphabet = `abcdefghijkmnopqrstuvwxyz23456789${inputs.flagOr('upper') === false ? '' : 'ABCDEFGHJKLMNPQRSTUVWXYZ'}`
      const bytes = bytesFor(inputs, inputs.number('length'))
      return [...bytes].map((byte) => alphabet.charAt(byte % alphabet.length)).join('')
    },
    put: async (result) => ({ id: result, result }),
    ...noRemoval,
  })
}
