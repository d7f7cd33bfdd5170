#!/bin/sh
# Says which node of the lab this machine is. Run as root in it, after setup.sh. Safe to run twice.
# usage: role.sh SETTING=VALUE…    the settings are those of roleSettings (harness/topology), and DATAPATH=kernel|userspace
# OVN_LAB_ROOT: the root file system to write to, when it is not the running one.
set -eu
root=${OVN_LAB_ROOT:-}

# What every script of ours on this machine reads.
mkdir -p "$root/etc/ovn-lab"
for setting in "$@"; do
  printf "%s='%s'\n" "${setting%%=*}" "${setting#*=}"
done >"$root/etc/ovn-lab/node"
. "$root/etc/ovn-lab/node"

echo "$NODE" >"$root/etc/hostname"
{
  echo '127.0.0.1 localhost'
  echo '::1 localhost ip6-localhost ip6-loopback'
  # shellcheck disable=SC2086 # an address for each node, in their order
  set -- $ADDRESSES
  for node in $NODES; do
    echo "$1 $node"
    shift
  done
} >"$root/etc/hosts"

wants=$root/etc/systemd/system/multi-user.target.wants
mkdir -p "$wants" "$root/etc/default"
if [ "$NODE" = "$CENTRAL_NODE" ]; then
  # The servers listen from their first moment: no set-connection that must wait for their sockets.
  cat >"$root/etc/default/ovn-central" <<END
OVN_CTL_OPTS="--db-nb-create-insecure-remote=yes --db-nb-addr=$CENTRAL --db-nb-port=6641 --db-sb-create-insecure-remote=yes --db-sb-addr=$CENTRAL --db-sb-port=6642"
END
  ln -sf /usr/lib/systemd/system/ovn-central.service "$wants/ovn-central.service"
fi

# What is typed here is kept as it is typed, with its time: who opens a shell again finds it, and npm run submit collects it.
mkdir -p "$root/etc/profile.d" "$root/root"
cat >"$root/etc/profile.d/ovn-lab-history.sh" <<'END'
if [ -n "${BASH_VERSION-}" ] && [ -n "${PS1-}" ]; then
  HISTTIMEFORMAT='%F %T ' PROMPT_COMMAND='history -a'
  shopt -s histappend
fi
END
# Root's shells are no login shells after sudo su.
line='. /etc/profile.d/ovn-lab-history.sh'
grep -qxF "$line" "$root/root/.bashrc" 2>/dev/null || echo "$line" >>"$root/root/.bashrc"
