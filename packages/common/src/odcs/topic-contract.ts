import { z } from 'zod'
import { isTopicName } from '../topics/topic-names.ts'

/**
 * The part of an Open Data Contract Standard 3.1 document that this product reads (bitol-io/open-data-contract-standard).
 * Fields of the standard that we do not read pass through untouched; ours live under `customProperties`.
 */
const Property = z.looseObject({
  name: z.string().min(1),
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
  customProperties: z.array(z.looseObject({ property: z.string(), value: z.unknown() })).default([]),
})

export const TopicContract = z.looseObject({
  apiVersion: z.literal('v3.1.0'),
  kind: z.literal('DataContract'),
  id: z.string().min(1),
  name: z.string().refine(isTopicName, 'must be a topic name: lower-case letters, digits, single hyphens'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a semantic version such as 1.0.0'),
  status: z.enum(['draft', 'active']),
  description: z.looseObject({ purpose: z.string().optional() }).optional(),
  team: z.looseObject({ name: z.string() }),
  schema: z
    .array(z.looseObject({ name: z.string(), properties: z.array(Property).default([]) }))
    .max(1, 'one schema object per topic')
    .default([]),
  slaProperties: z
    .array(z.looseObject({ property: z.string(), value: z.unknown(), unit: z.string().optional() }))
    .default([]),
  customProperties: z.array(z.looseObject({ property: z.string(), value: z.unknown() })).default([]),
})
export type TopicContract = z.infer<typeof TopicContract>

/** Value of one of our own settings (`keyPath`, `versionPath`, `backlogThreshold`, `onSpike`, `runbook`…), or undefined. */
export const customProperty = (contract: TopicContract, property: string): unknown =>
  contract.customProperties.find((p) => p.property === property)?.value
