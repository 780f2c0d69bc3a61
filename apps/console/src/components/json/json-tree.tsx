'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { formatExact } from '../../format/format-number.ts'
import { decodeString, type JsonNode, scanJson } from '../../json/scan-json.ts'
import { pathOf, visibleNodes } from '../../json/visible-nodes.ts'
import { cn } from '../ui/cn.ts'
import { MaskedValue } from './masked-value.tsx'
import { RawText } from './raw-text.tsx'

const rowHeight = 22
const shownTextMax = 400
/** Documents with more values than this open folded below the first level. */
const foldAbove = 300

type Props = { text: string; isMask: (value: string) => boolean; onPath?: (path: string) => void }

/** A JSON text as a tree. Only rows in view are in the document; values are cut from the text as it was sent. */
export function JsonTree({ text, isMask, onPath }: Props) {
  const scan = useMemo(() => scanJson(text), [text])
  if (!scan.ok)
    return (
      <div>
        <p className="border-b bg-warning-soft px-3 py-1.5 text-xs text-warning">
          Not valid JSON: at character {formatExact(scan.at + 1)} it should have been {scan.expected}.
        </p>
        <RawText text={text} markAt={scan.at} />
      </div>
    )
  return <Tree text={text} nodes={scan.nodes} isMask={isMask} {...(onPath ? { onPath } : {})} />
}

function Tree({ text, nodes, isMask, onPath }: Props & { nodes: readonly JsonNode[] }) {
  const [toggled, setToggled] = useState<ReadonlySet<number>>(new Set())
  const [active, setActive] = useState(0)
  const scroller = useRef<HTMLDivElement>(null)
  const isFolded = (index: number) => {
    const node = nodes[index]
    const isByDefault = nodes.length > foldAbove && (node?.depth ?? 0) > 0
    return toggled.has(index) !== isByDefault
  }
  const visible = useMemo(() => visibleNodes(nodes, isFolded), [nodes, toggled])
  const virtual = useVirtualizer({
    count: visible.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialRect: { width: 400, height: 400 },
  })
  const toggle = (index: number) =>
    setToggled((now) => {
      const next = new Set(now)
      if (!next.delete(index)) next.add(index)
      return next
    })
  const keyText = (node: JsonNode) => (node.key ? decodeString(text, node.key[0], node.key[1]) : '')
  const move = (to: number) => {
    const bounded = Math.min(Math.max(to, 0), visible.length - 1)
    setActive(bounded)
    virtual.scrollToIndex(bounded)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const index = visible[active] ?? 0
    const node = nodes[index]
    const hasMembers = (node?.members ?? 0) > 0
    if (event.key === 'ArrowDown') move(active + 1)
    else if (event.key === 'ArrowUp') move(active - 1)
    else if (event.key === 'ArrowRight' && hasMembers && isFolded(index)) toggle(index)
    else if (event.key === 'ArrowLeft' && hasMembers && !isFolded(index)) toggle(index)
    else if (event.key === 'Enter' && hasMembers) toggle(index)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Payload"
      tabIndex={0}
      aria-activedescendant={`json-${visible[active] ?? 0}`}
      onKeyDown={onKeyDown}
      className="h-full min-h-40 overflow-auto font-mono text-xs"
    >
      <div role="none" className="relative" style={{ height: virtual.getTotalSize(), minWidth: '100%' }}>
        {virtual.getVirtualItems().map((item) => {
          const index = visible[item.index] ?? 0
          const node = nodes[index]
          if (!node) return null
          const hasMembers = node.members > 0
          const folded = hasMembers && isFolded(index)
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the active row
            <div
              key={item.key}
              id={`json-${index}`}
              role="treeitem"
              aria-level={node.depth + 1}
              aria-selected={item.index === active}
              {...(hasMembers ? { 'aria-expanded': !folded } : {})}
              onClick={() => {
                setActive(item.index)
                if (hasMembers) toggle(index)
                onPath?.(pathOf(nodes, index, keyText))
              }}
              className={cn(
                'absolute left-0 flex w-full items-center gap-1 pr-3 whitespace-pre hover:bg-sunken',
                item.index === active && 'bg-accent-soft',
              )}
              style={{ top: item.start, height: rowHeight, paddingLeft: 8 + Math.min(node.depth, 24) * 14 }}
            >
              <span aria-hidden="true" className="w-3.5 shrink-0 text-faint">
                {hasMembers ? (
                  folded ? (
                    <ChevronRight className="size-3.5" />
                  ) : (
                    <ChevronDown className="size-3.5" />
                  )
                ) : null}
              </span>
              {node.key ? (
                <span className="text-soft">{keyText(node)}:</span>
              ) : node.depth > 0 ? (
                <span className="text-faint">{node.index}:</span>
              ) : null}
              <NodeValue text={text} node={node} isFolded={folded} isMask={isMask} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function NodeValue({ text, node, isFolded, isMask }: NodeValueProps) {
  if (node.kind === 'object' || node.kind === 'array') {
    const [left, right] = node.kind === 'object' ? ['{', '}'] : ['[', ']']
    const one = node.kind === 'object' ? 'key' : 'item'
    const what = node.members === 1 ? one : `${one}s`
    if (node.members === 0) return <span className="text-faint">{`${left}${right}`}</span>
    const count = `${formatExact(node.members)} ${what}`
    return <span className="text-faint">{isFolded ? `${left} ${count} ${right}` : count}</span>
  }
  const length = node.end - node.start
  const raw = text.slice(node.start, Math.min(node.end, node.start + shownTextMax))
  if (node.kind !== 'string')
    return <span className={node.kind === 'number' ? 'text-accent' : 'text-paused'}>{raw}</span>
  const value = length <= shownTextMax ? decodeString(text, node.start, node.end) : raw
  if (isMask(value)) return <MaskedValue />
  return (
    <span className="text-healthy">
      {length <= shownTextMax ? raw : `${raw}… `}
      {length > shownTextMax ? (
        <span className="text-faint">{formatExact(length - 2)} characters</span>
      ) : null}
    </span>
  )
}
type NodeValueProps = { text: string; node: JsonNode; isFolded: boolean; isMask: (value: string) => boolean }
