/** A value as a jsonb parameter. PostgreSQL's text holds neither NUL nor half of a surrogate pair: both become U+FFFD. */
export const toJsonParameter = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === 'string' ? storableText(v) : v))

const storableText = (text: string): string =>
  text.isWellFormed() && !text.includes('\u0000') ? text : text.replaceAll('\u0000', '\ufffd').toWellFormed()
