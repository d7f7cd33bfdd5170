/** A part of a shell script: does `what` with each control socket, `$socket`, of a process that runs; PATH.PID.ctl. Builtins only. */
export const eachSocket = (path: string, what: string): string => `for socket in ${path}.*.ctl; do
  pid=\${socket%.ctl}; [ ! -e "/proc/\${pid##*.}" ] || ${what}
done`

/**
 * A part of a shell script that sets `to` to what ovs-appctl or ovn-appctl is to ask (`-t "$to"`): a daemon by its name, or,
 * where its pid file is gone while it runs on, its control socket (ovs-appctl(8), --target).
 */
export function findTarget(daemon: string): string {
  const path = `/var/run/${daemon.startsWith('ovs') ? 'openvswitch' : 'ovn'}/${daemon}`
  return `to=${daemon}; [ -e ${path}.pid ] || ${eachSocket(path, 'to=$socket')}`
}
