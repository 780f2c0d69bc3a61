/** Properties of every AWS type that have no effect on one machine. */
export const commonIgnored = {
  tags: 'the emulator shows no tags',
  tagsAll: 'the emulator shows no tags',
  region: 'one region on one machine',
  skipDestroy:
    'a local resource that leaves the program is removed, unless protect or retainOnDelete says otherwise',
  forceDestroy: 'a local removal always takes the content along',
  timeouts: 'the emulator answers at once',
} as const
