#!/bin/sh
# Installs what a node needs and the box lacks. Run as root in a virtual machine, with the lab's settings in place.
# usage: packages.sh FILE-WITH-A-PACKAGE-A-LINE    OVN_LAB_MIRROR: the only mirror that can be reached, if set
set -eu
export DEBIAN_FRONTEND=noninteractive

missing=
for package in $(grep -v '^#' "$1"); do
  [ "$(dpkg-query -Wf '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
# Nothing is asked of a mirror for nothing: the next provisioning may happen without a network.
[ -n "$missing" ] || exit 0

if [ -n "${OVN_LAB_MIRROR:-}" ]; then
  . /etc/os-release
  mkdir -p /etc/apt/ovn-lab-replaced
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    case $file in */ovn-lab.list | */\*) continue ;; esac
    [ ! -e "$file" ] || mv "$file" /etc/apt/ovn-lab-replaced/
  done
  case $ID in ubuntu) parts='main universe' ;; *) parts=main ;; esac
  keys=/usr/share/keyrings/$ID-archive-keyring.gpg
  [ ! -e "$keys" ] || by="[signed-by=$keys]"
  echo "deb ${by-} $OVN_LAB_MIRROR $VERSION_CODENAME $parts" >/etc/apt/sources.list.d/ovn-lab.list
  # Signatures are checked; their age is not: a mirror that is behind still gives a true Debian.
  echo 'Acquire::Check-Valid-Until "false";' >/etc/apt/apt.conf.d/99ovn-lab
fi
# A box may still be installing updates of its own.
wait='-o DPkg::Lock::Timeout=300'
# shellcheck disable=SC2086 # several words each
apt-get $wait update
# --force-confold: the settings that setup.sh and role.sh wrote stay.
# shellcheck disable=SC2086
apt-get $wait install -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing
