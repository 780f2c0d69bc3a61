import { storeAsset } from '../provider/read-asset.ts'
import { unknownValue } from './resource-state.ts'

/** Pulumi's marks inside property values (sdk/nodejs/runtime/rpc.ts). */
const signatureKey = '4dabf18193072939515e22adb298388d'
const secretSignature = '1b47061264138c4ac30d75fd1eb44270'

/**
 * A registered resource's inputs as plain JSON: secrets opened, files by path and hash, unknown values as Pulumi's mark.
 * Secrets may lie open in a local checkpoint: it never leaves this machine, and the values are made for it.
 */
export async function plainInputs(
  inputs: Readonly<Record<string, unknown>>,
  isUnknown: (value: unknown) => boolean,
): Promise<Record<string, unknown>> {
  const entries = Object.entries(inputs).map(
    async ([key, value]): Promise<[string, unknown]> => [key, await plain(value, isUnknown)],
  )
  const given = (await Promise.all(entries)).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(given)
}

async function plain(value: unknown, isUnknown: (value: unknown) => boolean): Promise<unknown> {
  if (isUnknown(value)) return unknownValue
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return await Promise.all(value.map((item) => plain(item, isUnknown)))
  if (Reflect.get(value, signatureKey) === secretSignature)
    return await plain(Reflect.get(value, 'value'), isUnknown)
  return (await storeAsset(value)) ?? (await plainInputs({ ...value }, isUnknown))
}
