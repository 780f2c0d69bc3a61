import type { Values } from 'nuqs'
import type { filterParams } from './search-params.ts'

/** The filter as read from the address. */
export type FilterState = Values<typeof filterParams>

/** A change of some of its parts; null takes a part away. */
export type FilterChange = Partial<{ [K in keyof FilterState]: FilterState[K] | null }>
