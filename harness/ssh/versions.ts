/** What a machine is made of; `?` where it does not say. */
export interface MachineVersions {
  ovs: string
  ovn: string
  /** As os-release(5) has it: `Debian GNU/Linux 13 (trixie)`. */
  system: string
  kernel: string
}

/** A shell script that prints them, `key value` a line; nothing in it fails where a part is missing. */
export const ASK_VERSIONS = `
echo "ovs $(ovs-vsctl --version 2>/dev/null | sed -n '1s/.* //p')"
echo "ovn $(ovn-controller --version 2>/dev/null | sed -n '1s/.* //p')"
echo "system $(sed -n 's/^PRETTY_NAME="\\(.*\\)"/\\1/p' /etc/os-release)"
echo "kernel $(uname -r)"
`

/** What a script printed as `key value` lines. */
export const keyedLines = (printed: string): Map<string, string> =>
  new Map(printed.split('\n').map(line => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ ?/, '')]))

/** The versions among such lines. */
export const versionsAmong = (said: Map<string, string>): MachineVersions => ({
  ovs: said.get('ovs') || '?',
  ovn: said.get('ovn') || '?',
  system: said.get('system') || '?',
  kernel: said.get('kernel') || '?',
})
