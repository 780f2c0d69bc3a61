/** Iceberg's `bucket[n]` of a text: 32-bit Murmur3 of its UTF-8 bytes, modulo n. */
export function bucketOf(text: string, buckets: number): number {
  return (murmur3(Buffer.from(text, 'utf8')) & 0x7fffffff) % buckets
}

const c1 = 0xcc9e2d51
const c2 = 0x1b873593
const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
const mixed = (k: number): number => Math.imul(rotate(Math.imul(k, c1), 15), c2)

/** MurmurHash3 x86, 32 bits, seed 0, as Iceberg's specification names it. */
function murmur3(bytes: Buffer): number {
  let hash = 0
  const whole = bytes.length - (bytes.length % 4)
  for (let at = 0; at < whole; at += 4)
    hash = Math.imul(rotate(hash ^ mixed(bytes.readUInt32LE(at)), 13), 5) + 0xe6546b64
  let tail = 0
  for (let at = bytes.length - 1; at >= whole; at -= 1) tail = (tail << 8) | (bytes[at] ?? 0)
  if (whole < bytes.length) hash ^= mixed(tail)
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
