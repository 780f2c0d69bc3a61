/// <reference lib="dom" />
import type { Page } from '@playwright/test'

/**
 * Text that cannot be read where it stands: cut by the edge of its box without being reachable by scrolling or marked
 * as shortened, outside of the window, or under other text. Returns one line for each, with the text.
 */
export function findClippedText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth > width + 1)
      found.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} > ${width}`)
    type Piece = { element: Element; text: string; box: DOMRect }
    const pieces: Piece[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (
        !element ||
        text === '' ||
        !element.checkVisibility({
          opacityProperty: true,
          visibilityProperty: true,
          contentVisibilityAuto: true,
        })
      )
        continue
      if (
        element.closest('.sr-only, [aria-hidden=true], script, style, [role=tooltip], [data-sonner-toaster]')
      )
        continue
      const range = document.createRange()
      range.selectNodeContents(node)
      // Line by line: the box around two lines also covers what stands before the first and after the second.
      for (const box of range.getClientRects())
        if (box.width >= 1 && box.height >= 1) pieces.push({ element, text, box })
    }
    const scrolls = (style: CSSStyleDeclaration, axis: 'X' | 'Y') =>
      /auto|scroll/.test(axis === 'X' ? style.overflowX : style.overflowY)
    const say = (what: string, { text, element }: Piece) =>
      found.push(
        `${what}: “${text.slice(0, 40)}” in <${element.tagName.toLowerCase()} ${(element.getAttribute('class') ?? '').slice(0, 50)}>`,
      )
    const visible: Piece[] = []
    for (const piece of pieces) {
      let clip = { left: 0, right: width, top: Number.NEGATIVE_INFINITY, bottom: Number.POSITIVE_INFINITY }
      let isReachable = false
      let isShortened = false
      let { box } = piece
      for (let up: Element | null = piece.element; up && up !== document.body; up = up.parentElement) {
        const style = getComputedStyle(up)
        if (style.textOverflow === 'ellipsis' && style.overflowX !== 'visible') {
          isShortened = true
          // A text goes on behind its three dots, where nobody sees it: what counts is the part before them.
          const seen = up.getBoundingClientRect()
          const left = Math.max(box.left, seen.left)
          box = new DOMRect(left, box.top, Math.max(0, Math.min(box.right, seen.right) - left), box.height)
        }
        if (scrolls(style, 'X') || scrolls(style, 'Y')) isReachable = true
        if (isReachable || isShortened) break
        if (style.overflowX === 'hidden' || style.overflowX === 'clip') {
          const box = up.getBoundingClientRect()
          clip = {
            left: Math.max(clip.left, box.left),
            right: Math.min(clip.right, box.right),
            top: Math.max(clip.top, box.top),
            bottom: Math.min(clip.bottom, box.bottom),
          }
        }
        if (style.position === 'fixed') break
      }
      if (isReachable || isShortened) {
        if (!isReachable) visible.push({ ...piece, box })
        continue
      }
      if (box.left < clip.left - 1 || box.right > clip.right + 1) say('cut at the side', piece)
      else if (box.top < clip.top - 1 || box.bottom > clip.bottom + 2) say('cut above or below', piece)
      visible.push(piece)
    }
    // Two texts in one place: only among those of one layer, as a sticky bar is meant to lie over what scrolls.
    const layerOf = (element: Element): Element => {
      for (let up: Element | null = element; up; up = up.parentElement)
        if (/fixed|sticky/.test(getComputedStyle(up).position)) return up
      return document.body
    }
    const inWindow = visible.filter(({ box }) => box.bottom > 0 && box.top < innerHeight)
    const layers = new Map(inWindow.map((piece) => [piece, layerOf(piece.element)]))
    for (let i = 0; i < inWindow.length; i += 1)
      for (let j = i + 1; j < inWindow.length; j += 1) {
        const [a, b] = [inWindow[i], inWindow[j]]
        if (
          !a ||
          !b ||
          layers.get(a) !== layers.get(b) ||
          a.element.contains(b.element) ||
          b.element.contains(a.element)
        )
          continue
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
        if (across > 2 && down > 4) say(`under “${b.text.slice(0, 30)}”`, a)
      }
    return [...new Set(found)].slice(0, 12)
  })
}
