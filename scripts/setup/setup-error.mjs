/** A failure with what the reader can do about it. */
export function setupError(message, remedy) {
  return Object.assign(new Error(message), { remedy })
}
