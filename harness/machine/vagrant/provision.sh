#!/bin/sh
# Makes a virtual machine that Vagrant started a node of the lab. Run as root in it. Safe to run twice.
# usage: provision.sh controller|hypervisor UNDERLAY-ADDRESS    what it needs is in /tmp/ovn-lab
set -eu
node=$1 address=$2
given=/tmp/ovn-lab
machine=$given/machine

for link in eth0 eth1 eth2; do
  [ -e "/sys/class/net/$link" ] && continue
  echo "This box has no link called $link: use one that boots with net.ifnames=0 biosdevname=0 (setting OVN_LAB_BOX)." >&2
  exit 1
done

# The settings come before the packages, so that no service ever starts without them.
sh "$machine/setup.sh" "$machine"
sh "$machine/role.sh" "$node" "$address" kernel
cp -R --no-preserve=ownership "$machine/vagrant/files/." /
chmod 0755 /usr/local/lib/ovn-lab/*

for user in root vagrant; do
  home=$(getent passwd "$user" | cut -d: -f6)
  install -d -m 0700 -o "$user" -g "$user" "$home/.ssh"
  install -m 0600 -o "$user" -g "$user" "$given/id_ed25519" "$given/id_ed25519.pub" "$home/.ssh"
  touch "$home/.ssh/authorized_keys"
  grep -qxF "$(cat "$given/id_ed25519.pub")" "$home/.ssh/authorized_keys" ||
    cat "$given/id_ed25519.pub" >>"$home/.ssh/authorized_keys"
  chown "$user:$user" "$home/.ssh/authorized_keys"
  chmod 0600 "$home/.ssh/authorized_keys"
done
for helper in "$given"/lessons/*/helper.sh; do
  [ -e "$helper" ] || continue
  lesson=${helper%/*}
  install -D -m 0644 "$helper" "/opt/ovn-lab/${lesson##*/}/helper.sh"
done

systemctl daemon-reload
systemctl enable --now ovn-lab-links.service
export DEBIAN_FRONTEND=noninteractive
apt-get update
# --force-confold: the settings that setup.sh and role.sh wrote stay.
grep -v '^#' "$machine/packages.txt" | xargs apt-get install -y --no-install-recommends \
  -o Dpkg::Options::=--force-confold
if [ "$node" != controller ]; then
  systemctl disable --now ovn-central ovn-northd ovn-ovsdb-server-nb ovn-ovsdb-server-sb 2>/dev/null || :
fi
hostname "$node"
systemctl try-restart ssh
rm -rf "$given"
