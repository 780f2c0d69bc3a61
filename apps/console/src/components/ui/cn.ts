import { type ClassValue, clsx } from 'clsx'

const families: readonly RegExp[] = [
  /^(?:min-|max-)?[hw]-/,
  /^size-/,
  /^[mp][trblxy]?-/,
  /^(?:top|right|bottom|left|inset)-/,
  /^translate-[xy]-/,
  /^text-(?=2xs$|xs$|sm$|base$|lg$|xl$)/,
  /^text-(?=ink$|soft$|faint$|accent|healthy$|warning$|degraded$|paused$|breaker$|unknown$|surface$)/,
  /^bg-/,
  /^border-(?=line|accent|degraded|transparent)/,
  /^gap-[xy]?-?/,
]

/** Every class that a page has named: a few hundred, each looked at once. */
const properties = new Map<string, string>()

function propertyOf(name: string): string {
  const known = properties.get(name)
  if (known !== undefined) return known
  const property = findProperty(name)
  properties.set(name, property)
  return property
}

/** What a class sets, with its variants (`hover:`, `xl:`); itself when it is none of what components override. */
function findProperty(name: string): string {
  const at = name.lastIndexOf(':') + 1
  const bare = name.slice(at).replace(/^[-!]/, '')
  const index = families.findIndex((family) => family.test(bare))
  if (index === -1) return name
  const head = families[index]?.exec(bare)?.[0] ?? ''
  return `${name.slice(0, at)}${index}${head}`
}

/**
 * Joins class names; of two that set the same property the later one wins. Knows the properties that components let
 * their callers override, which is a fraction of what a general merger carries.
 */
export function cn(...classes: ClassValue[]): string {
  const byProperty = new Map<string, string>()
  for (const name of clsx(classes).split(/\s+/)) {
    if (name === '') continue
    const property = propertyOf(name)
    byProperty.delete(property)
    byProperty.set(property, name)
  }
  return [...byProperty.values()].join(' ')
}
