import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { AppError } from '@lean-ops/common/errors/app-error'

export type Sealer = {
  seal(text: string): Buffer
  /** Throws UNAUTHENTICATED for what was changed, or sealed with another secret. */
  open(sealed: Buffer): string
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM under a key derived from the stage's secret: nonce, tag and cipher text in one buffer. */
export function createSealer(secret: string, random: (byteCount: number) => Buffer): Sealer {
  // Derived, so that the same secret can never be used for something else by accident.
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'lean-ops session tokens v1', 32))
  return {
    seal(text) {
      const nonce = random(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open(sealed) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
        decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
        return (
          decipher.update(sealed.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
        )
      } catch (cause) {
        throw new AppError('UNAUTHENTICATED', 'This sign-in can no longer be read. Sign in again.', { cause })
      }
    },
  }
}
