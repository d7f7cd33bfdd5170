/** The first and the last of ports. */
type Ports = readonly [number, number]

/** Ports that a client may begin a connection from. */
export const ASKED_FROM: Ports = [1025, 65_535]

/**
 * Ports that a client of Linux is answered at (ip-sysctl, ip_local_port_range). A rule without connection tracking that drops what is
 * for a service drops an answer for a client at the same port as well: none of Linux chooses one of those by itself.
 */
export const ANSWERED_AT: Ports = [32_768, 60_999]
