#!/bin/sh
# The wires of one lab and the physical side of them. Started in a network and a mount namespace of its own,
# which live exactly as long as the processes of this script: nothing of it is ever on the host's network.
# usage: world.sh FOLDER OWNER    says "ready" on stdout
set -eu
folder=$1 owner=$2

# The nodes' disks: in this mount namespace only.
mkdir -p "$folder/disk"
mount -t tmpfs -o mode=0755 tmpfs "$folder/disk"

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo 0 >/proc/sys/net/ipv4/ip_forward
# What a check sends as a sign that it hears comes from a machine of its own, that neither speaks nor answers otherwise
# (RFC 5737): from 192.168.10.1, it would teach each bridge where that is, and so mend what the check is about to look at.
# br-eth1 leaves room for Geneve's 58 bytes around a learner's full 1500-byte packet.
ip -batch - <<END
link set lo up
link add br-eth0 type bridge mcast_snooping 0
link add br-eth1 mtu 1600 type bridge mcast_snooping 0
link add br-eth2 address 02:00:c0:a8:0a:01 type bridge mcast_snooping 0
link add marker address 02:00:c0:a8:0a:fe type veth peer name marker-eth2
link set marker arp off up
link set marker-eth2 master br-eth2 up
addr add 198.51.100.1/24 broadcast 198.51.100.255 dev marker
addr add 10.0.2.2/24 dev br-eth0
addr add 192.168.10.1/24 dev br-eth2
link set br-eth0 up
link set br-eth1 up
link set br-eth2 up
END

# The student's computer on the physical network: a small database to reach from the virtual one.
setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \
  socat TCP-LISTEN:5432,bind=192.168.10.1,reuseaddr,fork,max-children=50 \
  "EXEC:sh ${0%/*}/database.sh" &

# The way from this machine to each node's sshd: a socket file, so that whoever started the lab needs no root to use it.
for node in controller:10 hypervisor:20; do
  socat "UNIX-LISTEN:$folder/${node%:*}.sock,fork,unlink-early,mode=0600,user=$owner" \
    "TCP:10.0.2.${node#*:}:22,connect-timeout=3,nodelay" 2>/dev/null &
done
until [ -S "$folder/controller.sock" ] && [ -S "$folder/hypervisor.sock" ] &&
  ss -Hltn 'sport = 5432' | grep -q .; do sleep 0.01; done
echo ready
exec sleep infinity >/dev/null
