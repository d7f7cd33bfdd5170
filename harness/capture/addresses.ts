import { inet6Text } from './inet6.ts'

/** A MAC address as it is written (IEEE 802). */
export const macText = (bytes: Buffer): string => bytes.toString('hex').replace(/(..)(?=.)/g, '$1:')

/** An address of IPv4 or IPv6 as it is written, by its length. */
export const addressText = (bytes: Buffer): string =>
  bytes.length === 4 ? bytes.join('.') : inet6Text(bytes)
