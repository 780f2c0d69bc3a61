'use client'

import { Clock } from 'lucide-react'
import { formatOffset } from '../../format/format-time.ts'
import { browserZone, useZone } from '../../state/zone.tsx'
import { Button } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuLabel } from '../ui/menu.tsx'

const common = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'Europe/London',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Sydney',
]

function nameOf(zone: string): string {
  return zone === 'UTC' ? 'UTC' : (zone.split('/').pop() ?? zone).replaceAll('_', ' ')
}

/** Chooses the zone of every time on every page. */
export function ZoneMenu() {
  const { zone, setZone } = useZone()
  const mine = browserZone()
  const zones = [...new Set([mine, zone, ...common])]
  return (
    <Menu
      trigger={
        <Button
          intent="ghost"
          size="sm"
          aria-label={`${nameOf(zone)}: time zone of all times`}
          data-tip={`All times in ${zone}`}
        >
          <Clock aria-hidden="true" />
          <span className="num">{nameOf(zone)}</span>
        </Button>
      }
    >
      <MenuLabel>Times are shown in</MenuLabel>
      <MenuChoice
        value={zone}
        onChange={setZone}
        options={zones.map((value) => ({
          value,
          label: (
            <span className="flex flex-1 justify-between gap-6">
              <span>
                {nameOf(value)}
                {value === mine ? <span className="text-faint"> · this browser</span> : null}
              </span>
              <span className="num text-faint">{formatOffset(new Date(), value)}</span>
            </span>
          ),
        }))}
      />
    </Menu>
  )
}
