/** Every page of the console with its heading; `letterId` is a dead letter of payments. */
export const everyPage = (letterId: string): readonly { path: string; heading: string }[] => [
  { path: '/topics', heading: 'Topics' },
  { path: '/topics/orders', heading: 'orders' },
  { path: '/topics/orders?tab=commits', heading: 'orders' },
  { path: '/topics/orders?tab=names', heading: 'orders' },
  { path: '/dead-letters', heading: 'Dead letters' },
  { path: `/dead-letters?view=messages&topic=payments&id=${letterId}`, heading: 'Dead letters' },
  { path: `/dead-letters?view=messages&id=${letterId}&tab=error`, heading: 'Dead letters' },
  { path: `/dead-letters?view=messages&id=${letterId}&tab=lineage`, heading: 'Dead letters' },
  { path: `/dead-letters?view=messages&id=${letterId}&tab=history`, heading: 'Dead letters' },
  { path: '/operations', heading: 'Operations' },
  { path: '/audit', heading: 'Audit' },
  { path: '/system', heading: 'System' },
  { path: '/no-such-page', heading: '' },
  { path: '/signed-out', heading: '' },
]
