/** Whom a machine has TCP connections with, ADDRESS:PORT, by its /proc/net/tcp (proc(5)): addresses there have their bytes reversed. */
export const peersIn = (lines: string[]): string[] => [
  ...new Set(
    lines.flatMap(line => {
      const [, address, port] = /^ *\d+: [0-9A-F:]{13} ([0-9A-F]{8}):([0-9A-F]{4}) 01 /.exec(line) ?? []
      return address
        ? [`${[...Buffer.from(address, 'hex')].reverse().join('.')}:${Number.parseInt(port!, 16)}`]
        : []
    }),
  ),
]

/** Whoever has more is no machine of a lesson, and each is compared with each: what is beyond is not known. */
const SOCKETS_MAX = 500

/**
 * What programs of a machine pass on, AT>TO: whoever of the same machine connects to AT, such as a relay of a database, is served by
 * a program that is itself connected to TO. By lines of ss(8) with processes.
 */
export function relaysIn(lines: string[]): string[] {
  const sockets = lines.slice(-SOCKETS_MAX).flatMap(line => {
    const [, own, peer, users] = /(\S+:\d+) +(\S+:\d+) +users:(.+)/.exec(line) ?? []
    if (!own || !peer) return []
    const pids = [...users!.matchAll(/pid=(\d+)/g)].map(([, pid]) => pid)
    return [{ own: mapped(own), peer: mapped(peer), pids }]
  })
  return [
    ...new Set(
      sockets
        .filter(({ own, peer }) => sockets.some(other => other.own === peer && other.peer === own))
        .flatMap(served =>
          sockets
            .filter(({ own, pids }) => own !== served.own && pids.some(pid => served.pids.includes(pid)))
            .map(({ peer }) => `${served.own}>${peer}`),
        ),
    ),
  ]
}

/** An IPv4 address as a socket for IPv6 has it, written as usual. */
const mapped = (end: string): string => end.replace(/^\[::ffff:([\d.]+)\]/, '$1')
