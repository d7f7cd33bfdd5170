#!/bin/sh
# Says which node of the lab this machine is. Run as root in it, after setup.sh. Safe to run twice.
# usage: role.sh controller|hypervisor UNDERLAY-ADDRESS kernel|userspace
# OVN_LAB_ROOT: the root file system to write to, when it is not the running one.
set -eu
node=$1 address=$2 datapath=$3
root=${OVN_LAB_ROOT:-}
central=192.168.33.10

mkdir -p "$root/etc/ovn-lab"
cat >"$root/etc/ovn-lab/node" <<END
NODE=$node
UNDERLAY=$address
CENTRAL=$central
DATAPATH=$datapath
END

echo "$node" >"$root/etc/hostname"
cat >"$root/etc/hosts" <<END
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
192.168.33.10 controller
192.168.33.20 hypervisor
END

wants=$root/etc/systemd/system/multi-user.target.wants
mkdir -p "$wants" "$root/etc/default"
if [ "$node" = controller ]; then
  # The servers listen from their first moment: no set-connection that must wait for their sockets.
  cat >"$root/etc/default/ovn-central" <<END
OVN_CTL_OPTS="--db-nb-create-insecure-remote=yes --db-nb-addr=$central --db-nb-port=6641 --db-sb-create-insecure-remote=yes --db-sb-addr=$central --db-sb-port=6642"
END
  ln -sf /usr/lib/systemd/system/ovn-central.service "$wants/ovn-central.service"
fi
