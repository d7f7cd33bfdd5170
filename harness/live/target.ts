/**
 * A part of a shell script that sets `to` to what ovs-appctl or ovn-appctl is to ask (`-t "$to"`): a daemon by its name, or,
 * where its pid file is gone while it runs on, its control socket (ovs-appctl(8), --target). Builtins only.
 */
export function findTarget(daemon: string): string {
  const path = `/var/run/${daemon.startsWith('ovs') ? 'openvswitch' : 'ovn'}/${daemon}`
  return `to=${daemon}; [ -e ${path}.pid ] || for socket in ${path}.*.ctl; do
  pid=\${socket%.ctl}; [ ! -e "/proc/\${pid##*.}" ] || to=$socket
done`
}
