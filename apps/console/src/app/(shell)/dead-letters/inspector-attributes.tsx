import type { DeadLetterView } from '@lean-ops/common/contract/dead-letter-requests'
import { MaskedValue } from '../../../components/json/masked-value.tsx'
import { NothingExists } from '../../../components/status/states.tsx'
import { Copyable } from '../../../components/ui/copyable.tsx'
import { isMaskText } from '../../../json/is-mask-text.ts'

/** The producer's message attributes, kept whole through every replay. */
export function InspectorAttributes({ letter }: { letter: DeadLetterView }) {
  const entries = Object.entries(letter.attributes)
  if (entries.length === 0)
    return (
      <NothingExists title="No attributes">
        The producer sent the message without message attributes.
      </NothingExists>
    )
  return (
    <table className="w-full text-sm">
      <thead className="text-left text-xs text-soft">
        <tr className="border-b">
          <th className="px-4 py-1.5 font-medium">Name</th>
          <th className="px-2 py-1.5 font-medium">Type</th>
          <th className="px-4 py-1.5 font-medium">Value</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, { type, value }]) => (
          <tr key={name} className="border-b align-top">
            <td className="px-4 py-1.5 font-mono text-xs break-all">{name}</td>
            <td className="px-2 py-1.5 text-xs text-soft">{type}</td>
            <td className="px-4 py-1.5">{isMaskText(value) ? <MaskedValue /> : <Copyable text={value} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
