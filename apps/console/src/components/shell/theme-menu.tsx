'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { Button } from '../ui/button.tsx'
import { Menu, MenuChoice } from '../ui/menu.tsx'

/** Light, dark, or as the system. Both icons are in the page; CSS shows the right one before any script runs. */
export function ThemeMenu() {
  const { theme = 'system', setTheme } = useTheme()
  return (
    <Menu
      trigger={
        <Button intent="ghost" size="iconSm" aria-label="Theme" data-tip="Theme">
          <Sun aria-hidden="true" className="dark:hidden" />
          <Moon aria-hidden="true" className="hidden dark:block" />
        </Button>
      }
    >
      <MenuChoice
        value={theme}
        onChange={setTheme}
        options={[
          { value: 'light', label: <Named icon={<Sun />} name="Light" /> },
          { value: 'dark', label: <Named icon={<Moon />} name="Dark" /> },
          { value: 'system', label: <Named icon={<Monitor />} name="System" /> },
        ]}
      />
    </Menu>
  )
}

function Named({ icon, name }: { icon: React.ReactNode; name: string }) {
  return (
    <>
      {icon}
      {name}
    </>
  )
}
