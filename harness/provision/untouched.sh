#!/bin/sh
# Makes a node of the lab as untouched as after its first start, by undoing whatever was done since: databases,
# bridges, flows, links, addresses, namespaces, filters, settings of the kernel. Files of people stay. Run as root.
# usage: untouched.sh forget, on every node; and then, on every node: untouched.sh begin
set -u
. /etc/ovn-lab/node
: "${NODES:?was not set up by this version of ovn-lab: vagrant provision does it}"
state=/var/lib/ovn-lab
central='ovn-central ovn-northd ovn-ovsdb-server-nb ovn-ovsdb-server-sb'

quietly() { "$@" >/dev/null 2>&1 || :; }

namespaces() {
  for path in /var/run/netns/*; do
    ns=${path##*/}
    [ -e "$path" ] || continue
    ip netns pids "$ns" | xargs -r kill -9 2>/dev/null
    ip netns del "$ns"
  done
  rm -rf /etc/netns
}

# The bridges, ports, flows and settings are all in the database and in the datapath: both are made anew by the
# scripts that made them first. The system-id, a file, stays: it is the machine's.
open_vswitch() {
  systemctl stop openvswitch-switch ovs-vswitchd ovsdb-server
  for datapath in $(ovs-dpctl dump-dps 2>/dev/null); do quietly ovs-dpctl del-dp "$datapath"; done
  # Debian has a link there, which is followed.
  rm -f "$(readlink -f /etc/openvswitch/conf.db)" "$state/chassis-configured"
}

links() {
  own="$UNDERLAY_LINK $PHYSICAL_LINKS"
  for path in /sys/class/net/*; do
    case " lo $MANAGEMENT_LINK $own " in
      *" ${path##*/} "*) ;;
      # Some are the kernel's own (tunl0, sit0) and cannot go.
      *) quietly ip link del "${path##*/}" ;;
    esac
  done
  for link in lo $MANAGEMENT_LINK $own; do
    for queue in root ingress clsact; do quietly tc qdisc del dev "$link" "$queue"; done
  done
  for link in $own; do
    quietly ip link set "$link" xdp off
    quietly ip link set "$link" promisc off allmulticast off nomaster mtu 1500 alias ''
    address=$(ethtool -P "$link" 2>/dev/null | sed 's/.*: //')
    case $address in '' | 00:00:00:00:00:00 | *set) ;; *) quietly ip link set "$link" address "$address" ;; esac
    quietly ip neigh flush dev "$link" nud all
  done
  ip -o addr show dev lo | awk '$4 != "127.0.0.1/8" && $4 != "::1/128" { print $4 }' |
    xargs -r -n 1 ip addr del dev lo
  for family in -4 -6; do
    ip "$family" rule | sed -n 's/^\([0-9]*\):.*/\1/p' | grep -vxE '0|32766|32767' |
      xargs -r -n 1 ip "$family" rule del pref
  done
}

filters() {
  quietly nft flush ruleset
  # The older kind of tables is there only where somebody used it.
  for name in ip ip6; do
    for table in $(cat "/proc/net/${name}_tables_names" 2>/dev/null); do
      quietly "${name}tables-legacy" -t "$table" -F
      quietly "${name}tables-legacy" -t "$table" -X
    done
  done
  quietly conntrack -F
}

# Only what differs is written. ip_forward comes after conf/*/forwarding, which it changes with it.
kernel_settings() {
  [ -e "$state/sysctls" ] || return 0
  sysctl -a -r '^net\.' 2>/dev/null | grep -vxFf "$state/sysctls" | cut -d' ' -f1 |
    while read -r key; do
      value=$(sed -n "s/^$(echo "$key" | sed 's/[.]/[.]/g') = //p" "$state/sysctls")
      [ -z "$value" ] || quietly sysctl -qw "$key=$value"
    done
}

databases() {
  systemctl stop $central
  rm -f /var/lib/ovn/ovnnb_db.db /var/lib/ovn/ovnsb_db.db
  systemctl start ovn-central
}

forget() {
  quietly systemctl unmask openvswitch-switch ovs-vswitchd ovsdb-server ovn-controller ovn-host $central
  # First, so that nobody makes again what is being taken away.
  systemctl stop ovn-host ovn-controller
  namespaces
  open_vswitch
  links
  filters
  kernel_settings
  hostname "$NODE"
  /usr/local/lib/ovn-lab/lab-links || exit 1
  systemctl reset-failed
  systemctl start openvswitch-switch || exit 1
  if [ "$NODE" = "$CENTRAL_NODE" ]; then databases || exit 1; fi
}

# ovn-controller waits for a southbound database once after a boot (await-southbound); this is like one.
begin() {
  rm -f /run/ovn-lab-southbound-awaited
  systemctl start ovn-controller ovn-host || exit 1
  [ "$NODE" = "$CENTRAL_NODE" ] || return 0
  # shellcheck disable=SC2016 # for the inner shell
  timeout 120 sh -c 'until [ "$(ovn-sbctl --timeout=5 --bare --columns=hostname find Chassis | xargs -n 1 | sort | xargs)" = \
    "$0" ]; do sleep 0.1; done' "$(echo "$NODES" | xargs -n 1 | sort | xargs)" 2>/dev/null && return 0
  echo 'Not every chassis appears in the southbound database.' >&2
  exit 1
}

case ${1-} in
  forget | begin) "$1" ;;
  *) echo 'usage: untouched.sh forget|begin' >&2 && exit 2 ;;
esac
