export type CitedPath = {
  readonly cited: string
  readonly line: number
  /** Links are relative to their document, paths in code spans to the clone. */
  readonly isLink: boolean
}

const codeSpan = /`([^`\s]+)`/g
const link = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g
/** Placeholders such as `contracts/<topic>.odcs.yaml`, globs and numbered names name a family, not a file. */
const isPattern = /[<>*{}$]|NNNN|\.\.\./

/**
 * Paths a Markdown text cites: local links, and code spans that begin with a name in the clone's top folder.
 * A line number or symbol after a colon (`a.ts:12`, `a.ts:listTopics`) is no part of the path.
 */
export function findCitedPaths(text: string, tops: ReadonlySet<string>): CitedPath[] {
  let isFenced = false
  return text.split('\n').flatMap((content, index) => {
    if (content.trimStart().startsWith('```')) isFenced = !isFenced
    if (isFenced) return []
    const line = index + 1
    const links = [...content.matchAll(link)].map(([, cited = '']) => ({ cited, line, isLink: true }))
    const spans = [...content.matchAll(codeSpan)]
      .map(([, span = '']) => span.replace(/:.*$/, ''))
      .filter((span) => span.includes('/') && tops.has(span.split('/')[0] ?? ''))
      .map((cited) => ({ cited, line, isLink: false }))
    return [...links, ...spans].filter(({ cited }) => !isPattern.test(cited))
  })
}
