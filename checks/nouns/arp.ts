/** Whom a question for a MAC address is sent to: a frame to this address is for all (IEEE 802.3, broadcast). */
export const EVERYBODY = 'ff:ff:ff:ff:ff:ff'

/** How `arp_ignore` says that no question for an own address is answered (ip-sysctl). */
export const IGNORES_ALL = 8
