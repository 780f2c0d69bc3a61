import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordProgram } from '../testing/record-program.ts'
import type { RecordedProgram } from '../testing/recorded-program.ts'
import { writeSyntheticContracts } from '../testing/write-synthetic-contracts.ts'
import * as ingestion from './ingestion-rules.ts'
import * as operation from './operation-rules.ts'
import type { Rule } from './rule.ts'
import * as run from './run-rules.ts'
import * as security from './security-rules.ts'

const rules: Rule[] = [ingestion, operation, run, security].flatMap((module) => Object.values(module))
const stages = ['local', 'production'] as const
const topicCounts = [1, 10, 700]

const programs = new Map<string, RecordedProgram>()
const folders: string[] = []

/** Two processes at a time: the machine that runs this has two cores. */
beforeAll(async () => {
  for (const count of topicCounts) {
    const contracts = await writeSyntheticContracts(count)
    folders.push(contracts)
    await Promise.all(
      stages.map(async (stage) =>
        programs.set(`${stage} ${count}`, await recordProgram({ stage, contracts })),
      ),
    )
  }
}, 900_000)

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

const programOf = (stage: string, count: number): RecordedProgram => {
  const program = programs.get(`${stage} ${count}`)
  if (program === undefined) throw new Error(`${stage} with ${count} topics was not evaluated`)
  return program
}

describe.each(stages)('stage %s', (stage) => {
  test.each(topicCounts)('with %d topics has a queue and a mapping for each', (count) => {
    const program = programOf(stage, count)
    expect(program.topics).toBe(count)
    expect(program.resources.filter((r) => /^Topic_.*_Mapping$/.test(r.name))).toHaveLength(count)
  })

  for (const rule of rules.filter((r) => r.stages === undefined || r.stages.includes(stage))) {
    test.each(topicCounts)(`${rule.name} (%d topics)`, (count) => {
      expect(rule.check(programOf(stage, count))).toEqual([])
    })

    test.each(Object.entries(rule.mutations))(`${rule.name}: fails with %s`, (_, mutate) => {
      const mutated = structuredClone(programOf(stage, 10))
      mutate(mutated)
      expect(rule.check(mutated)).not.toEqual([])
    })
  }
})
