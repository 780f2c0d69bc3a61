import { expect, test } from 'vitest'
import type { TestProvider } from './use-provider.ts'

type Inputs = Readonly<Record<string, unknown>>
type Fields = Readonly<Record<string, unknown>>

export interface Lifecycle {
  /** Every property the kind maps that the emulator can show. */
  readonly create: Inputs
  /** What the service then answers, field by field. */
  readonly created: Fields
  readonly update?: Inputs
  readonly updated?: Fields
  readonly outputs?: Fields
  /** Types that cannot be removed alone stay readable. */
  readonly staysAfterRemoval?: boolean
}

/** Create, read back, put the same again, update, read back, remove, remove again. */
export function testLifecycle(
  aws: TestProvider,
  type: string,
  describe: () => Lifecycle | Promise<Lifecycle>,
): void {
  test(`${type}: created, repeated, updated and removed, each read back`, async () => {
    const { create, created, update, updated, outputs, staysAfterRemoval } = await describe()

    const first = await aws.put(type, create)
    expect(await aws.read(type, first)).toMatchObject(created)
    if (outputs) expect(first.outputs).toMatchObject(outputs)

    // A put that knows nothing of the first (a lost checkpoint), and one that does (a lost emulator state).
    const again = await aws.put(type, create)
    expect(await aws.read(type, again)).toMatchObject(created)
    const repeated = await aws.put(type, create, again)
    expect(await aws.read(type, repeated)).toMatchObject(created)

    let last = repeated
    if (update && updated) {
      last = await aws.put(type, update, repeated)
      expect(await aws.read(type, last)).toMatchObject(updated)
    }

    await aws.remove(type, last)
    if (!staysAfterRemoval) expect(await aws.read(type, last)).toBeUndefined()
    await aws.remove(type, last)
  })
}
