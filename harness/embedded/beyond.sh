#!/bin/sh
# The server of a network beyond a physical one, in a network namespace of its own: it answers pings, and tells by HTTP
# from which address it was asked. Its link is given to it once it is here.
# usage: beyond.sh ADDRESS/LENGTH ROUTER PORT
set -eu
# Not `ip link show`, which opens all that lies in /run/netns, and waits at a pipe there for ever.
until grep -q '^ *eth0:' /proc/net/dev; do sleep 0.01; done
ip addr add "$1" dev eth0
ip link set eth0 up
ip link set lo up
ip route add default via "$2"
# Nobody, who serves, may take any port of this namespace.
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \
  socat "TCP-LISTEN:$3,reuseaddr,fork,max-children=50" "EXEC:sh ${0%/*}/asker.sh"
