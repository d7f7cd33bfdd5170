import { linksOn, rowsOn } from '../prove/traces.ts'
import type { RealLab } from '../testing/real-lab.ts'

/** What the kernel holds beside links and addresses. */
const KERNEL = `nft list ruleset; iptables-save | grep -v '^#'; ip rule; ip route show table all | grep -v fe80
for l in lo eth0 eth1 eth2; do tc qdisc show dev $l | grep -v noqueue; done; ip -o -d link show eth2 | sed 's/^[0-9]*//; s/qdisc [a-z]*//'
sysctl net.ipv4.ip_forward net.ipv4.conf.eth2.rp_filter; ls /etc/netns 2>&1; hostname; pgrep -fx 'sleep 4711'
systemctl is-active ovn-controller ovs-vswitchd; systemctl is-enabled ovn-controller
ovs-ofctl dump-flows br-int | grep -c 'priority=65535,actions=drop'; true`

/** Random from birth: ids, MACs, ports the kernel numbers, and how often a database was written. */
const born = (row: string) =>
  row
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/([0-9a-f]{2}:){2,5}[0-9a-f]{2}/g, 'MAC')
    .replaceAll(/"[0-9a-f]{16}"/g, 'DATAPATH')
    .replaceAll(/"ovn-startup-ts","\d+"/g, 'START')
const COUNTED = /^(Interface|Open_vSwitch|SB_Global|NB_Global) table/
const numbers = (row: string) => (COUNTED.test(row) ? row.replaceAll(/\b\d+\b/g, 'N') : row)

/** All there is on the nodes of the course: rows of every database, links, namespaces, settings of the kernel. */
export async function listing(lab: RealLab): Promise<string[]> {
  const nodes = await Promise.all(
    ['controller', 'hypervisor'].map(async node => {
      const shell = (script: string) => lab.shell(node, script)
      const rows = (await rowsOn(shell, { synced: true })).map(row => numbers(born(row)))
      const links = (await linksOn(shell)).map(line => line.replace(/fe80\S*/g, '').trim())
      const kernel = (await shell(KERNEL)).split('\n').map(born)
      return [...rows.sort(), ...links, ...kernel].map(line => `${node}: ${line}`)
    }),
  )
  return nodes.flat()
}

/** Lines that came or went, cut to a length that can be read. */
export function difference(before: readonly string[], after: readonly string[]): string[] {
  const count = (lines: readonly string[], line: string) => lines.filter(other => other === line).length
  return [...new Set([...before, ...after])]
    .filter(line => count(before, line) !== count(after, line))
    .map(line => `${line.slice(0, 300)}: ${count(before, line)} → ${count(after, line)}`)
}
