#!/bin/sh
# Gives a virtual machine's links their names, now and at every boot, whatever box it was made from; and keeps
# everybody but the lab from configuring those that are not for management. Run as root in it. Safe to run twice.
# usage: links.sh MANAGEMENT LINK…    the management link is the one we came in by; the others follow in the order of
# their places in the machine
set -eu
wanted="$*" management_name=$1
shift
own="$*"
# For regular expressions: eth1|eth2.
any_own=$(echo "$own" | tr ' ' '|')

# Names of links say little about places, paths of devices do (fixed width, hexadecimal).
cards() {
  management=$(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  echo "$management"
  for path in /sys/class/net/*/device; do
    link=${path%/device}
    [ "${link##*/}" = "$management" ] || echo "$(readlink -f "$path") ${link##*/}"
  done | LC_ALL=C sort | sed 's/.* //'
}

# A link that is up may not be renamed before Linux 6.2, and loses addresses and routes when it goes down: they are
# given back at once, so that the ssh connection we came in by survives.
rename() {
  addresses=$(ip -o -4 addr show dev "$1" scope global | awk '{ print $4 }')
  routes=$(ip -4 route show dev "$1" | grep -v 'proto kernel') || :
  state=$(ip -o link show dev "$1" | grep -o '[<,]UP[,>]') || :
  ip link set dev "$1" down
  ip link set dev "$1" name "$2"
  [ -n "$state" ] || return 0
  ip link set dev "$2" up
  for address in $addresses; do ip addr replace "$address" dev "$2"; done
  echo "$routes" | while read -r route; do
    # shellcheck disable=SC2086 # a route is several words
    [ -z "$route" ] || ip route replace $route dev "$2" || :
  done
}

are_named() {
  for link in $wanted; do [ -e "/sys/class/net/$link" ] || return 1; done
}
# Boxes that boot with net.ifnames=0 need none of this.
if ! are_named; then
  # shellcheck disable=SC2086 # several names
  set -- $wanted
  for link in $(cards); do
    [ $# -gt 0 ] || break
    name=$1
    shift
    [ "$name" != "$management_name" ] || old=$link
    if [ "$link" != "$name" ]; then
      rename "$link" "$name"
      # By the address of the card: its place may change with the next version of the hypervisor.
      mkdir -p /etc/systemd/network
      printf '[Match]\nMACAddress=%s\n[Link]\nName=%s\n' "$(cat "/sys/class/net/$name/address")" "$name" \
        >"/etc/systemd/network/10-ovn-lab-$name.link"
      renamed=yes
    fi
  done
  if ! are_named; then
    echo "This machine has too few network cards for $wanted: look at the Vagrantfile and the provider." >&2
    exit 1
  fi
fi

# The management link is configured by the box, under the name it had.
if [ "${renamed-}" = yes ]; then
  if [ "$old" != "$management_name" ]; then
    for file in /etc/network/interfaces /etc/network/interfaces.d/* \
      /etc/NetworkManager/system-connections/* /etc/systemd/network/*.network; do
      [ ! -f "$file" ] || sed -i "s/\\b$old\\b/$management_name/g" "$file"
    done
  fi
  # Of netplan and systemd-networkd; Debian's ifupdown has its own line above.
  if [ -d /etc/netplan ] && command -v netplan >/dev/null; then
    printf 'network: { version: 2, ethernets: { %s: { dhcp4: true } } }\n' "$management_name" \
      >/etc/netplan/99-ovn-lab.yaml
    chmod 0600 /etc/netplan/99-ovn-lab.yaml
  elif ! grep -qs "$management_name" /etc/network/interfaces /etc/network/interfaces.d/*; then
    printf '[Match]\nName=%s\n[Network]\nDHCP=ipv4\n' "$management_name" \
      >/etc/systemd/network/06-ovn-lab-management.network
  fi
  # Names are given in the initial RAM disk already, which has a copy of the .link files.
  command -v update-initramfs >/dev/null && update-initramfs -u >/dev/null
fi

# Everybody who configures links by himself: told of the lab's links whether he is here or comes later.
mkdir -p /etc/systemd/network /etc/NetworkManager/conf.d
printf '[Match]\nName=%s\n[Link]\nUnmanaged=yes\n' "$own" >/etc/systemd/network/05-ovn-lab.network
printf '[keyfile]\nunmanaged-devices=%s\n' "$(echo "$own" | sed 's/[^ ][^ ]*/interface-name:&/g; s/ /;/g')" \
  >/etc/NetworkManager/conf.d/ovn-lab.conf
if [ -e /etc/dhcpcd.conf ] && ! grep -q ovn-lab /etc/dhcpcd.conf; then
  printf 'denyinterfaces %s # ovn-lab\n' "$own" >>/etc/dhcpcd.conf
fi
# Debian's cloud images ask for an address on every link that appears.
[ ! -e /usr/lib/udev/rules.d/75-cloud-ifupdown.rules ] && [ ! -e /etc/udev/rules.d/75-cloud-ifupdown.rules ] ||
  ln -sf /dev/null /etc/udev/rules.d/75-cloud-ifupdown.rules
# Stanzas of ifupdown for them go, with the lines that bring them up.
for file in /etc/network/interfaces /etc/network/interfaces.d/*; do
  [ -f "$file" ] && grep -qE "\\b($any_own)\\b" "$file" || continue
  awk -v own="[[:space:]]($any_own)([[:space:]]|\$)" \
    '/^(auto|allow-|iface|mapping|source)/ { drop = $0 ~ own } !drop' "$file" >"$file.new"
  cat "$file.new" >"$file"
  rm "$file.new"
done
# cloud-init would write the network's configuration, the name and /etc/hosts again at every boot.
if [ -d /etc/cloud/cloud.cfg.d ]; then
  printf 'network: { config: disabled }\npreserve_hostname: true\nmanage_etc_hosts: false\n' \
    >/etc/cloud/cloud.cfg.d/99-ovn-lab.cfg
fi
