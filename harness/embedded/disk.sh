#!/bin/sh
# A node's disk, in memory, in the world's mount namespace: there while the lab is up, node on or off.
# usage: disk.sh FOLDER NODE fresh|keep COMMAND…    which it becomes then
set -eu
disk=$1/disk/$2
mkdir -p "$disk"
if [ "$3" = fresh ]; then
  umount --lazy "$disk" 2>/dev/null || :
fi
mountpoint -q "$disk" || mount -t tmpfs -o mode=0755,size=1g tmpfs "$disk"
shift 3
exec "$@"
