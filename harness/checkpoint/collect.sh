#!/bin/sh
# Prints what somebody built on a node, in sections; changes nothing. Run as root.
# usage: collect.sh MARK NORTHBOUND-SOCKET
set -u
mark=$1 northbound=$2

# A name may have spaces and line breaks: it stands in the title in base64.
section() { printf '%s %s %s\n' "$mark" "$1" "$([ $# -lt 2 ] || printf %s "$2" | base64 -w0)"; }

network() { # NS, or nothing for the node itself
  in=${1+inside}
  section links "$@" && $in ip -d -j link
  section addresses "$@" && $in ip -j address
  section routes "$@" && $in ip -j -4 route show table all
  section routes6 "$@" && $in ip -j -6 route show table all
  section rules "$@" && $in ip -j rule
  section neighbours "$@" && $in ip -j neighbour show nud permanent
  section settings "$@" && $in sysctl -a -r '^net\.ipv[46]\.(ip_forward$|conf\.)' 2>/dev/null
  section filters "$@" && $in nft -s list ruleset 2>/dev/null
  section queues "$@" && $in tc -j qdisc 2>/dev/null
  # Only a bridge that filters has any.
  section vlans "$@" && $in bridge -j vlan show 2>/dev/null
}
inside() { ip netns exec "$ns" "$@"; }

section node && cat /etc/ovn-lab/node 2>/dev/null
section ovs && ovsdb-client -f json dump unix:/var/run/openvswitch/db.sock Open_vSwitch || exit 1
ovs-vsctl list-br | while read -r bridge; do
  [ "$bridge" = br-int ] || { section flows "$bridge" && ovs-ofctl --no-stats dump-flows "$bridge" 2>/dev/null; }
done
section integration && ovs-ofctl --no-stats --names dump-flows br-int 2>/dev/null
network
for path in /var/run/netns/*; do
  [ -f "$path" ] || continue
  ns=${path##*/}
  network "$ns"
  section programs "$ns" && for pid in $(ip netns pids "$ns"); do
    # Not the checker's own looks.
    grep -qsz '^OVN_LAB_LOOK=' "/proc/$pid/environ" || cat "/proc/$pid/comm" 2>/dev/null
  done
done
section netns-files && if [ -d /etc/netns ]; then tar -C /etc/netns -cz . | base64; fi
section stopped && for unit in ovn-controller ovn-northd; do
  if systemctl cat "$unit" >/dev/null 2>&1 && ! systemctl -q is-active "$unit"; then echo "$unit"; fi
done
if [ -S "$northbound" ]; then
  section northbound && ovsdb-client backup "unix:$northbound" OVN_Northbound || exit 1
fi
section end
