/** A program of Open vSwitch or OVN that looks are taken with. */
export type Tool = 'ovs-appctl' | 'ovs-ofctl' | 'ovs-vsctl' | 'ovn-appctl' | 'ovn-sbctl' | 'ovn-trace'

/** The containers in which kolla-ansible keeps them; ovn-appctl is beside the daemon it is to ask. */
const CONTAINERS = {
  ovs: 'openvswitch_vswitchd',
  'ovn-controller': 'ovn_controller',
  'ovn-northd': 'ovn_northd',
} as const

/**
 * Words of a shell script that start a tool: with what the inventory says stands before it, else the program itself,
 * else that of MicroOVN's snap, else the one in kolla-ansible's container. Where there is none, the shell's complaint
 * names the tool. `daemon`: whom ovn-appctl is to ask.
 */
export function toolCommand(tool: Tool, told?: string, daemon?: 'ovn-controller' | 'ovn-northd'): string {
  if (told !== undefined) return `${told} ${tool}`
  const inside = CONTAINERS[daemon ?? 'ovs']
  const inContainer = `for engine in docker podman; do "$engine" exec ${inside} ${tool} --version >/dev/null 2>&1 && echo "$engine exec ${inside} ${tool}" && break; done`
  // A login without a shell of its own often lacks /snap/bin.
  const snap = `microovn.${tool}`
  return `$(command -v ${tool} || command -v ${snap} || command -v /snap/bin/${snap} || { ${inContainer}; } || echo ${tool})`
}
