#!/bin/sh
# The wires of one lab and the physical side of them. Started in a network and a mount namespace of its own,
# which live exactly as long as the processes of this script: nothing of it is ever on the host's network.
# usage: world.sh FOLDER OWNER OUTSIDE LINK,MTU,MAC,ADDRESS/LENGTH,MARKER-MAC,MARKER-ADDRESS/LENGTH… -- DATABASE-ADDRESS:PORT… -- LINK,SUBNET,ROUTER/LENGTH,SERVER/LENGTH,PORT… -- NODE,ADDRESS…
# A network for each link of a node, with what is outside on it, and where a MAC of a marker is told, a machine that sends
# a check's sign that it hears. What is empty is not there. OUTSIDE: the root directory of the databases. Says "ready" on
# stdout; a database is started beside all the rest, and is there before a node can ask it.
set -eu
folder=$1 owner=$2 outside=$3
shift 3

# The nodes' disks: in this mount namespace only.
mkdir -p "$folder/disk"
mount -t tmpfs -o mode=0755 tmpfs "$folder/disk"

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo 0 >/proc/sys/net/ipv4/ip_forward
for given in "$@"; do
  [ "$given" != -- ] || break
  IFS=, read -r link mtu mac address marker_mac marker_address <<END
$given
END
  echo "link add br-$link mtu $mtu ${mac:+address $mac} type bridge mcast_snooping 0"
  [ -z "$address" ] || echo "addr add $address dev br-$link"
  echo "link set br-$link up"
  [ -n "$marker_mac" ] || continue
  echo "link add marker-$link address $marker_mac type veth peer name of-marker-$link"
  echo "link set marker-$link up"
  echo "link set of-marker-$link master br-$link up"
  echo "addr add $marker_address broadcast + dev marker-$link"
done | ip -batch -
ip link set lo up
# A marker's machine answers no questions (arp_ignore 8); without ARP at all its broadcasts would go to its own MAC address.
for conf in /proc/sys/net/ipv4/conf/marker-*; do
  [ ! -w "$conf/arp_ignore" ] || echo 8 >"$conf/arp_ignore" || :
done
while [ "$1" != -- ]; do shift; done
shift

# Who is outside has a small database to reach from the virtual network.
while [ "$1" != -- ]; do
  unshare --mount --propagation private --ipc --pid --kill-child --fork \
    sh "${0%/*}/database.sh" "$1" "$outside" "$folder/disk/database-$1" >/dev/null &
  shift
done
shift

# A network beyond a link's, with a server that tells who asks from where it was asked. Who is outside forwards between the
# two and nothing else: packets that a learner leads astray must not get anywhere by it.
while [ "$1" != -- ]; do
  IFS=, read -r link subnet router server port <<END
$1
END
  beyond=beyond-$link
  unshare --net sh "${0%/*}/beyond.sh" "$server" "${router%/*}" "$port" &
  until [ "$(readlink "/proc/$!/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.01; done
  ip link add "$beyond" type veth peer name eth0 netns "$!"
  ip addr add "$router" dev "$beyond"
  ip link set "$beyond" up
  ip rule add iif "br-$link" lookup 101
  ip route add blackhole default table 101
  ip route add "${server%/*}" dev "$beyond" table 101
  ip rule add iif "$beyond" lookup 102
  ip route add blackhole default table 102
  ip route add "$subnet" dev "br-$link" table 102
  echo 1 >"/proc/sys/net/ipv4/conf/br-$link/forwarding"
  echo 1 >"/proc/sys/net/ipv4/conf/$beyond/forwarding"
  until ping -q -c 1 -W 1 "${server%/*}" >/dev/null; do sleep 0.01; done
  shift
done
shift

# The way from this machine to each node's sshd: a socket file, so that whoever started the lab needs no root to use it.
for node in "$@"; do
  socat "UNIX-LISTEN:$folder/${node%,*}.sock,fork,unlink-early,mode=0600,user=$owner" \
    "TCP:${node#*,}:22,connect-timeout=3,nodelay" 2>/dev/null &
done
for node in "$@"; do
  until [ -S "$folder/${node%,*}.sock" ]; do sleep 0.01; done
done
echo ready
exec sleep infinity >/dev/null
