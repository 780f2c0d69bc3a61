import { z } from 'zod'
import { isTopicName } from '../topics/topic-names.ts'

/**
 * The part of an Open Data Contract Standard 3.1 document that this product reads (bitol-io/open-data-contract-standard).
 * Fields of the standard that we do not read pass through untouched; ours live under `customProperties`, and rules under
 * `quality` with `type: custom`, `engine: lean-ops`. What they mean together is `compile-contract.ts`.
 */
const CustomProperties = z.array(z.looseObject({ property: z.string(), value: z.unknown() })).default([])

const Quality = z.looseObject({
  name: z.string().optional(),
  type: z.string().optional(),
  engine: z.string().optional(),
  implementation: z.unknown().optional(),
})

const property = {
  logicalType: z
    .enum(['string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean'])
    .optional(),
  physicalType: z.string().optional(),
  physicalName: z.string().optional(),
  required: z.boolean().default(false),
  primaryKey: z.boolean().default(false),
  criticalDataElement: z.boolean().default(false),
  classification: z.string().optional(),
  description: z.string().optional(),
  customProperties: CustomProperties,
  quality: z.array(Quality).default([]),
}

/** What the elements of a list are: like a property, but without a name. */
export type ContractItems = z.infer<z.ZodObject<typeof property>> & {
  properties?: ContractProperty[] | undefined
  items?: ContractItems | undefined
}
export type ContractProperty = ContractItems & { name: string }

const nested = {
  properties: z.array(z.lazy(() => ContractProperty)).optional(),
  items: z.lazy(() => ContractItems).optional(),
}
const ContractItems: z.ZodType<ContractItems> = z.looseObject({ ...property, ...nested })
const ContractProperty: z.ZodType<ContractProperty> = z.looseObject({
  name: z.string().min(1, 'must not be empty'),
  ...property,
  ...nested,
})

export const TopicContract = z.looseObject({
  apiVersion: z.literal('v3.1.0'),
  kind: z.literal('DataContract'),
  id: z.string().min(1),
  name: z.string().refine(isTopicName, 'must be a topic name: lower-case letters, digits, single hyphens'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a semantic version such as 1.0.0'),
  status: z.enum(['draft', 'active']),
  description: z.looseObject({ purpose: z.string().optional() }).optional(),
  team: z.looseObject({ name: z.string().min(1, 'must name the owning team') }),
  schema: z
    .array(
      z.looseObject({
        name: z.string(),
        properties: z.array(ContractProperty).default([]),
      }),
    )
    .max(1, 'one schema object per topic')
    .default([]),
  slaProperties: z
    .array(z.looseObject({ property: z.string(), value: z.unknown(), unit: z.string().optional() }))
    .default([]),
  customProperties: CustomProperties,
})
export type TopicContract = z.infer<typeof TopicContract>

type WithCustomProperties = { customProperties: readonly { property: string; value: unknown }[] }

/** Value of one of our own settings (`keyPath`, `versionPath`, `backlogThreshold`, `onSpike`, `runbook`…), or undefined. */
export const customProperty = (holder: WithCustomProperties, property: string): unknown =>
  holder.customProperties.find((p) => p.property === property)?.value
