import { EyeOff } from 'lucide-react'

/** A value that the reader may not see: shown as masked, never as an empty or made-up text. */
export function MaskedValue() {
  return (
    <span
      data-tip="Masked: classified by the topic's contract"
      className="inline-flex items-center gap-1 rounded bg-sunken px-1 text-faint"
    >
      <EyeOff aria-hidden="true" className="size-3" />
      •••
      <span className="sr-only">masked</span>
    </span>
  )
}
