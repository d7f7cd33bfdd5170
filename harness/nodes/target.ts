/**
 * A part of a shell script: does `what` with the control socket, `$socket`, that PATH.pid tells of, or else with each of a process
 * that runs; PATH.PID.ctl. The process must be called like the last part of PATH: a daemon that was killed leaves both files, and its
 * number may go to another process. Builtins only.
 */
export function eachSocket(path: string, what: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return `pid= socket=
${IS_CALLED}
{ read -r pid <${path}.pid; } 2>/dev/null
if [ -S "${path}.$pid.ctl" ] && is_called "$pid" ${name}; then socket=${path}.$pid.ctl; ${what}
else for socket in ${path}.*.ctl; do
  pid=\${socket%.ctl}; pid=\${pid##*.}; ! is_called "$pid" ${name} || ${what}
done; fi`
}

/** Whether a process runs under a name (proc_pid_comm(5)). */
const IS_CALLED = `is_called() { called=; { read -r called <"/proc/$1/comm"; } 2>/dev/null; [ "$called" = "$2" ]; }`

/**
 * A part of a shell script: does `what` with the socket, `$socket`, on which a process that is called `daemon` listens, wherever
 * it was told to have it (ovs-vswitchd(8), --unixctl). Beside its control socket, ovs-vswitchd has those of bridges, and
 * ovsdb-server of databases. Sources: proc_pid_fd(5), unix(7) for the columns of /proc/net/unix.
 */
export const eachSocketOf = (daemon: string, what: string): string => `for process in /proc/[0-9]*; do
  { read -r name <"$process/comm"; } 2>/dev/null && [ "$name" = ${daemon} ] || continue
  socket=$(ls -l "$process/fd" 2>/dev/null | awk '
    FNR == NR { if (match($0, /socket:\\[[0-9]+/)) own[substr($0, RSTART + 8, RLENGTH - 8)]; next }
    $4 == "00010000" && ($7 in own) && $8 ~ /^\\// && $8 !~ /\\.(mgmt|snoop|sock)$/ { print $8; exit }' - "$process/net/unix" 2>/dev/null)
  [ -z "$socket" ] || ${what}
done`

/**
 * A part of a shell script that sets `to` to the control socket that ovs-appctl or ovn-appctl is to ask (`-t "$to"`), or to the
 * name of the daemon where none is found (ovs-appctl(8), --target). While all is in its usual place, no program is started for it.
 */
export function findTarget(daemon: string): string {
  const path = `/var/run/${daemon.startsWith('ovs') ? 'openvswitch' : 'ovn'}/${daemon}`
  return `to=${daemon}
${eachSocket(path, 'to=$socket')}
[ "$to" != ${daemon} ] || ${eachSocketOf(daemon, 'to=$socket')}`
}
