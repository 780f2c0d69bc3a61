import { maskToken } from './mask-json-text.ts'

/** Values that say how a message travels, not what it is about. Everything else a producer put there is hidden. */
const clearNames = new Set([
  'content-type',
  'contenttype',
  'content-encoding',
  'schema',
  'schema_version',
  'event_type',
  'eventtype',
  'x-github-event',
  'period_reference',
  'publish_time',
  'publishtime',
  'traceparent',
])

type Attribute = { type: string; value: string }

/** Message attributes as someone without a right to clear text may see them: names and types of all, values of few. */
export const maskAttributes = <A extends Attribute>(
  attributes: Readonly<Record<string, A>>,
): Record<string, A> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      clearNames.has(name.toLowerCase()) ? attribute : { ...attribute, value: maskToken },
    ]),
  )

/** True when a filter may name this attribute's value without being able to read it back by asking. */
export const isClearAttribute = (name: string): boolean => clearNames.has(name.toLowerCase())
