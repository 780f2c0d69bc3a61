import type { TopicDetail } from '@lean-ops/common/contract/topics'
import { Copyable } from '../../../../components/ui/copyable.tsx'

/** What the topic is called in AWS, for who has to look there. */
export function Names({ detail }: { detail: TopicDetail }) {
  const { names, topic } = detail
  const rows = [
    ['Topic', topic.topic],
    ['Queue', names.queue],
    ['RAW table', names.table],
    ['Firehose stream', String(names.stream)],
    ['Contract', `contracts/${topic.topic}.odcs.yaml`],
  ] as const
  return (
    <dl className="grid max-w-2xl grid-cols-[auto_1fr] gap-x-8 gap-y-2 p-4 text-sm">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-soft">{label}</dt>
          <dd className="min-w-0">
            <Copyable text={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
