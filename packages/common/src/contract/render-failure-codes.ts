import { failureClassOf, failureCodes, failureStagesOf } from './failure-catalogue.ts'
import { type Remedy, remedies } from './remedies.ts'

const replay: Record<Remedy['safeToReplay'], string> = {
  yes: 'Yes, as it is.',
  'after-fix': 'Yes, once the cause is repaired.',
  no: 'Not unchanged: it would fail again.',
}

/** The page `docs/failure-codes.md`: every code with what to do about it, from the list that the console shows too. */
export function renderFailureCodes(): string {
  const sections = failureCodes.map((code) => {
    const remedy = remedies[code]
    return [
      `## <a id="${remedy.docs}"></a>${code}`,
      '',
      `${failureClassOf(code)} · ${failureStagesOf(code).join(', ')}`,
      '',
      remedy.cause,
      '',
      `- **Where to look:** ${remedy.whereToLook}`,
      `- **What to do:** ${remedy.whatToDo}`,
      `- **Safe to replay?** ${replay[remedy.safeToReplay]}`,
      '',
    ].join('\n')
  })
  return [
    '# Failure codes',
    '',
    'Generated from `packages/common/src/contract/remedies.ts`; a test fails when this page is out of date',
    '(`npx vitest run --project unit remedies -u` writes it).',
    '',
    'Classes: *data* = the message itself is wrong · *transient* = the same message may pass later · *config* = ours to',
    'repair · *unknown* = a defect, or a code we have not seen.',
    '',
    ...sections,
  ].join('\n')
}
