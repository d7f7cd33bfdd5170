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
