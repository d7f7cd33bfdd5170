#!/bin/sh
# The database of the physical network: PostgreSQL, in the root directory that provision/outside/build.sh has made, on a
# copy of the files there. Started in a mount, a PID and an IPC namespace of its own: nothing of it outlives the lab.
# usage: database.sh ADDRESS:PORT ROOT-DIRECTORY COPY
set -eu
at=$1 root=$2 data=$3
cp -R "$root/data" "$data"
chown -R 65534:65534 "$data"
chmod 0700 "$data"
mount --bind "$data" "$root/data"
mount --bind /dev/null "$root/dev/null"
cd /
exec setpriv --no-new-privs chroot --userspec=+65534:+65534 --groups=+65534 "$root" \
  /bin/postgres -D /data -c "listen_addresses=${at%:*}" -c "port=${at#*:}" </dev/null >/dev/null
