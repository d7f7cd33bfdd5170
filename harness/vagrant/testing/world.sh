#!/bin/sh
# libvirt in a world of its own: namespaces for network, mounts and processes, which live as long as this script.
# Nothing of it is on the host's network, and what it writes is in one folder.
# usage: unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private world.sh FOLDER
# Says "ready" when libvirt answers.
set -eu
folder=$1

ip link set lo up
# The links of this network namespace, for libvirt, which asks sysfs; an embedded lab in here needs the cgroups.
mkdir -p "$folder/cgroup"
mount --rbind /sys/fs/cgroup "$folder/cgroup"
mount -t sysfs sysfs /sys
mount --rbind "$folder/cgroup" /sys/fs/cgroup
for place in etc var/lib var/log var/cache run; do
  mkdir -p "$folder/$place" "/$place/libvirt"
  [ "$place" != etc ] || cp -a /etc/libvirt/. "$folder/etc"
  mount --bind "$folder/$place" "/$place/libvirt"
done
mkdir -p /var/lib/libvirt/images
cat >/etc/libvirt/qemu.conf <<'END'
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
remember_owner = 0
dynamic_ownership = 0
END
cat >/etc/libvirt/libvirtd.conf <<'END'
auth_unix_ro = "none"
auth_unix_rw = "none"
END
# No word to the host's own services.
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent
libvirtd >"$folder/libvirtd.log" 2>&1 &
for attempt in $(seq 300); do
  if virsh --connect qemu:///system uri >/dev/null 2>&1; then
    echo ready
    wait
  fi
  sleep 0.2
done
tail -5 "$folder/libvirtd.log" >&2
exit 1
