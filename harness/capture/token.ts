import { randomBytes } from 'node:crypto'

/** Bytes in a token: the longest pattern `ping -p` takes (ping(8)). */
const TOKEN_BYTES = 16

/** 32 hex digits no other traffic carries. */
export const freshToken = (): string => randomBytes(TOKEN_BYTES).toString('hex')

/**
 * The token an echo's payload repeats; undefined where it repeats none.
 * ping fills the payload with the pattern over and over and then writes a timestamp of 8 or 16 bytes over its
 * beginning, so the second and the third round are whole.
 */
export function tokenIn(payload: Buffer): string | undefined {
  const second = payload.subarray(TOKEN_BYTES, 2 * TOKEN_BYTES)
  const third = payload.subarray(2 * TOKEN_BYTES, 3 * TOKEN_BYTES)
  return third.length === TOKEN_BYTES && second.equals(third) ? second.toString('hex') : undefined
}
