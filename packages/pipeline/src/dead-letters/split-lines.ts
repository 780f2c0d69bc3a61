const lineFeed = 0x0a

/** A line's bytes and its number, from 1. Empty lines are passed over, but counted. */
export type Line = { bytes: Buffer; number: number }

/** Lines of a byte stream, whatever the chunks are cut like; never holds more than one line and one chunk. */
export async function* splitLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let pending: Buffer[] = []
  let number = 0
  const finish = (rest: Buffer): Line => {
    const bytes = Buffer.concat([...pending, rest])
    pending = []
    number += 1
    return { bytes, number }
  }
  for await (const chunk of stream) {
    let from = 0
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    for (let at = buffer.indexOf(lineFeed); at >= 0; at = buffer.indexOf(lineFeed, from)) {
      const line = finish(buffer.subarray(from, at))
      if (line.bytes.length > 0) yield line
      from = at + 1
    }
    // A copy: the stream may use its chunk again.
    if (from < buffer.length) pending.push(Buffer.from(buffer.subarray(from)))
  }
  const last = finish(Buffer.alloc(0))
  if (last.bytes.length > 0) yield last
}
