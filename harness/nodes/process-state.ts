/**
 * A part of a shell script that sets `state` to the state of the `process` (a folder of /proc) whose stat is in `line` (proc(5),
 * proc_pid_stat): T where it was told to stop, F where its cgroup is frozen (cgroups(7)).
 */
export const stateScript = `state=\${line##*) }
  state=\${state%% *}
  { while read -r group; do
    case $group in
      0::*) freezer=/sys/fs/cgroup\${group#0::}/cgroup.events ;;
      *:freezer:*) freezer=/sys/fs/cgroup/freezer\${group#*:freezer:}/freezer.state ;;
      *) continue ;;
    esac
    while read -r word; do case $word in 'frozen 1' | FROZEN) state=F ;; esac; done <"$freezer"
  done <"$process/cgroup"; } 2>/dev/null`
