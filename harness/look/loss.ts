import type { PingSeen } from './traffic.ts'

/** More of a ping is lost than a first ARP or one packet out of turn costs. */
export const isLossy = ({ sent, received }: Pick<PingSeen, 'sent' | 'received'>): boolean =>
  received < sent - 1
