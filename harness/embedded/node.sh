#!/bin/sh
# One node: its links, its disk, then systemd in it. Started in a network and a mount namespace of its own
# (a copy of the world's mounts), which are gone when this process is.
# usage: node.sh FOLDER NODE IMAGE WORLD-PID LINK,MTU,MAC…
set -eu
folder=$1 node=$2 image=$3 world=$4
shift 4

# A link of a run before may still be there: the kernel removes a dead namespace in its own time.
nsenter --net="/proc/$world/ns/net" sh -c '
  node=$1
  shift
  for link in "$@"; do ip link del "$node-${link%%,*}" 2>/dev/null || :; done
  ip neigh flush all 2>/dev/null || :' - "$node" "$@"
for given in "$@"; do
  IFS=, read -r link mtu mac <<END
$given
END
  echo "link add $link mtu $mtu address $mac type veth peer name $node-$link mtu $mtu netns $world"
done | ip -batch -
for given in "$@"; do
  echo "link set $node-${given%%,*} master br-${given%%,*} up"
done | nsenter --net="/proc/$world/ns/net" ip -batch -
# What such an Open vSwitch would not pass on (whole-checksums tells why) comes in whole, as by a real cable.
case $(chroot "$image" ovs-vswitchd --version) in
  *' 2.'* | *' 3.'[012].*)
    for given in "$@"; do
      nsenter --net="/proc/$world/ns/net" chroot "$image" ethtool -K "$node-${given%%,*}" tx off >/dev/null
    done
    ;;
esac

# systemd-nspawn keeps notes under /run, and so that none is left on the host it gets a /run of its own.
mount --rbind "$folder/disk/$node" /mnt
mkdir -p /mnt/upper /mnt/work /mnt/root /mnt/seed
mount --bind "$folder/seed/$node" /mnt/seed
mount -t overlay overlay -o "lowerdir=$image,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
# A disk is written once; a node that was switched off and on again finds its own.
if [ ! -e /mnt/written ]; then
  cp -a /mnt/seed/. /mnt/root/
  : >/mnt/written
fi
mount -t tmpfs -o mode=0755 tmpfs /run

export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
# Who watches a lesson may be told which programs are executed, as on any machine (fanotify(7)).
# 133 is how systemd-nspawn asks to be started again after a reboot inside: same wires, same disk.
code=133
while [ "$code" -eq 133 ]; do
  code=0
  systemd-nspawn --quiet --boot --directory=/mnt/root --machine="$node" --hostname="$node" \
    --register=no --keep-unit --console=pipe --resolv-conf=off --timezone=off --link-journal=no \
    --network-namespace-path=/proc/self/ns/net --capability=CAP_NET_ADMIN \
    --system-call-filter='fanotify_init fanotify_mark' </dev/null || code=$?
done
exit "$code"
