import { Select } from '../ui/select.tsx'

const hourWords: Readonly<Record<string, string>> = {
  '1': 'for an hour',
  '4': 'for 4 hours',
  '24': 'for a day',
  '168': 'for 7 days',
  '': 'until lifted',
}

/** Hours as text; empty: no end, it stays its owner's until somebody lifts it. */
export function HowLong({ hours, onChange }: { hours: string; onChange: (hours: string) => void }) {
  const options = ['1', '4', '24', '168', ''].map((value) => ({ value, label: hourWords[value] ?? value }))
  return <Select label="How long" value={hours} options={options} onChange={onChange} />
}

/** The end that `HowLong` names, counted from now. */
export const endAfter = (hours: string): string | null =>
  hours ? new Date(Date.now() + Number(hours) * 3_600_000).toISOString() : null

type ReasonProps = { label: string; value: string; onChange: (value: string) => void }

/** Why, as the audit keeps it. */
export function ReasonField({ label, value, onChange }: ReasonProps) {
  return (
    <label className="flex flex-col gap-1">
      <span className="text-xs font-medium text-soft">{label}</span>
      <textarea
        data-autofocus
        required
        rows={2}
        maxLength={500}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="rounded-md border border-line bg-surface px-2.5 py-1.5"
      />
    </label>
  )
}
