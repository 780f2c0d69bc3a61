'use client'

import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ComponentProps, ReactElement, ReactNode } from 'react'
import { cn } from './cn.ts'

const item =
  'relative flex min-h-8 cursor-default items-center gap-2 rounded px-2 py-1 text-sm outline-none select-none data-disabled:opacity-60 data-highlighted:bg-accent-soft [&_svg]:size-4 [&_svg]:text-soft'

/** The menu itself, open as soon as it is there. */
export function OpenedMenu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    // Not modal: the page behind stays readable to screen readers and scrolls.
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      {/* Within the page's landmark, not beside it. */}
      <Radix.Portal container={document.getElementById('main')}>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-auto rounded-md border bg-raised p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
export type MenuProps = {
  trigger: ReactElement<MenuTriggerProps>
  children: ReactNode
  align?: 'start' | 'end'
}
export type MenuTriggerProps = Pick<
  ComponentProps<'button'>,
  'onClick' | 'onKeyDown' | 'onPointerEnter' | 'onFocus' | 'aria-haspopup' | 'aria-expanded'
>

export function MenuItem({ onSelect, disabled = false, className, children }: MenuItemProps) {
  return (
    <Radix.Item className={cn(item, className)} onSelect={onSelect} disabled={disabled}>
      {children}
    </Radix.Item>
  )
}
type MenuItemProps = {
  onSelect: (event: Event) => void
  disabled?: boolean
  className?: string
  children: ReactNode
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 py-1 text-2xs font-medium text-faint">{children}</Radix.Label>
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 h-px bg-line" />
}

/** One choice of several; `options` are shown in order. */
export function MenuChoice<T extends string>({ value, options, onChange }: MenuChoiceProps<T>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={cn(item, 'pl-7')}>
          <Radix.ItemIndicator className="absolute left-1.5">
            <Check />
          </Radix.ItemIndicator>
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}
type MenuChoiceProps<T extends string> = {
  value: T
  options: readonly { value: T; label: ReactNode }[]
  onChange: (value: T) => void
}

/** A tick that keeps the menu open, for choosing several. */
export function MenuTick({ checked, onChange, children }: MenuTickProps) {
  return (
    <Radix.CheckboxItem
      checked={checked}
      onCheckedChange={(next) => onChange(next)}
      onSelect={(event) => event.preventDefault()}
      className={cn(item, 'pl-7')}
    >
      <Radix.ItemIndicator className="absolute left-1.5">
        <Check />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  )
}
type MenuTickProps = { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }
