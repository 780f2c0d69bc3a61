'use client'

import type { RunSettings } from '@lean-ops/common/contract/operation'
import { formatDuration } from '../../format/format-duration.ts'
import { formatExact } from '../../format/format-number.ts'
import { rateSteps } from './rate-steps.ts'

type Props = { count: number; settings: RunSettings; onChange: (settings: RunSettings) => void }

/** How fast, how carefully, and when to stop by itself. */
export function RunSettingsFields({ count, settings, onChange }: Props) {
  const { rate, canarySize, returnRateMax } = settings
  const hasCanary = canarySize > 0 && count > canarySize * 2
  const step = Math.max(0, rateSteps.indexOf(rate))
  return (
    <fieldset className="grid gap-x-8 gap-y-3 rounded-md border p-3 text-sm sm:grid-cols-2">
      <legend className="px-1 text-xs font-medium text-soft">How it runs</legend>
      <label className="flex flex-col gap-1">
        <span className="flex justify-between">
          Rate
          <span className="num text-soft">
            {formatExact(rate)} msg/s · about {formatDuration(Math.max(1, count / rate))}
          </span>
        </span>
        <input
          type="range"
          min={0}
          max={rateSteps.length - 1}
          value={step}
          aria-valuetext={`${rate} messages per second`}
          onChange={(event) => onChange({ ...settings, rate: rateSteps[Number(event.target.value)] ?? rate })}
          className="h-6 accent-(--accent)"
        />
      </label>
      <label className="flex flex-col gap-1">
        <span className="flex justify-between">
          Pause when more than
          <span className="num text-soft">{Math.round(returnRateMax * 100)} % come back</span>
        </span>
        <input
          type="range"
          min={1}
          max={50}
          value={Math.round(returnRateMax * 100)}
          aria-valuetext={`${Math.round(returnRateMax * 100)} percent`}
          onChange={(event) => onChange({ ...settings, returnRateMax: Number(event.target.value) / 100 })}
          className="h-6 accent-(--accent)"
        />
      </label>
      <label className="flex items-start gap-2 sm:col-span-2">
        <input
          type="checkbox"
          checked={canarySize > 0}
          disabled={count <= 100}
          onChange={(event) => onChange({ ...settings, canarySize: event.target.checked ? 50 : 0 })}
          className="mt-0.5 size-4 accent-(--accent)"
        />
        <span>
          {hasCanary ? `First ${canarySize}, then ten times as many, then the rest` : 'Canary'}
          <span className="block text-xs text-soft">
            {count <= 100
              ? 'Not needed for so few.'
              : 'Goes on by itself when 95 % of them have settled and few enough came back.'}
          </span>
        </span>
      </label>
    </fieldset>
  )
}
