#!/bin/sh
# One virtual machine: its taps on the lab's bridges, then QEMU. Started in the lab's network namespace.
# usage: vm.sh NODE LINK,MTU… -- QEMU ARGUMENT…
set -eu
node=$1
shift
# Taps outlive the machine, as the wires of one that is switched off do.
while [ "$1" != -- ]; do
  link=${1%,*}
  grep -q "^ *$node-$link:" /proc/net/dev || ip tuntap add dev "$node-$link" mode tap vnet_hdr
  ip link set "$node-$link" mtu "${1#*,}"
  ip link set "$node-$link" master "br-$link" up
  shift
done
shift
ip neigh flush all 2>/dev/null || :
exec "$@"
