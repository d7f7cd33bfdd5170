#!/bin/sh
# While the image is built, makes of Debian's PostgreSQL a small root directory of its own, with the database of shop.sql
# in it: everything that takes time is done here once, and a lab starts it as it is. The packages go again: no node
# runs any of it. Run as root in the chroot. Leaves /usr/lib/ovn-lab-outside, which holds nothing secret.
# usage: build.sh FOLDER-OF-THIS-SCRIPT
set -eu
from=$1 root=/usr/lib/ovn-lab-outside
bin=$(echo /usr/lib/postgresql/*/bin)
release=${bin#/usr/lib/postgresql/} release=${release%/bin}
mkdir -p "$root/data" "$root/dev"
: >"$root/dev/null"

as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
data=$(mktemp -d) sockets=$(mktemp -d)
chown postgres: "$data" "$sockets"
# Files of 1 MB instead of 16 for what is about to be written.
as_postgres "$bin/initdb" --pgdata="$data" --locale=C --encoding=UTF8 --wal-segsize=1 --no-sync >/dev/null
as_postgres "$bin/pg_ctl" --pgdata="$data" --wait --silent --log=/dev/null \
  --options="-c listen_addresses= -c unix_socket_directories=$sockets -c fsync=off" start
as_postgres "$bin/psql" -qX --host="$sockets" --dbname=postgres --set=ON_ERROR_STOP=1 --file="$from/shop.sql"
# Each of them is a copy of the catalogue, which every lab would hold in memory.
as_postgres "$bin/psql" -qX --host="$sockets" --dbname=shop --set=ON_ERROR_STOP=1 \
  --command='UPDATE pg_database SET datistemplate = false' --command='DROP DATABASE postgres' \
  --command='DROP DATABASE template0' --command='DROP DATABASE template1' --command='VACUUM FULL ANALYZE' --command=CHECKPOINT
as_postgres "$bin/pg_ctl" --pgdata="$data" --wait --silent --mode=fast stop
cp "$from/pg_hba.conf" "$data/pg_hba.conf"
cat >"$data/postgresql.conf" <<CONF
# Small, and nothing of it need outlive the lab.
shared_buffers = 16MB
max_connections = 50
max_wal_size = 2MB
min_wal_size = 2MB
fsync = off
full_page_writes = off
autovacuum = off
max_logical_replication_workers = 0
max_parallel_workers = 0
dynamic_shared_memory_type = mmap
unix_socket_directories = ''
# There is no zoneinfo in this root directory.
timezone = GMT
log_timezone = GMT
lc_messages = C
authentication_timeout = 10s
tcp_keepalives_idle = 30
tcp_keepalives_interval = 5
tcp_keepalives_count = 3
CONF
cp -R "$data/." "$root/data"
rm -rf "$data" "$sockets"

# Its root: the server, what it loads while it runs, and nothing that could be of use to somebody else.
install -D "$bin/postgres" "$root$bin/postgres"
# Not in / itself: PostgreSQL 15 changes to the folder of a symbolic link to find where it leads, and of /postgres that is "".
mkdir "$root/bin" && ln -s "..$bin/postgres" "$root/bin/postgres"
mkdir -p "$root/usr/lib/postgresql/$release/lib" "$root/usr/share/postgresql/$release"
for library in plpgsql dict_snowball; do
  cp "/usr/lib/postgresql/$release/lib/$library.so" "$root/usr/lib/postgresql/$release/lib/"
done
cp -R "/usr/share/postgresql/$release/timezonesets" "$root/usr/share/postgresql/$release/"
ldd "$bin/postgres" | grep -o '/[^ ]*' | while read -r library; do
  install -D "$(readlink -f "$library")" "$root$library"
done
# Readable for whoever starts a lab, and nobody's own: each lab gives its copy to who runs it.
chown -R root: "$root"
chmod -R u=rwX,go=rX "$root"

# shellcheck disable=SC2046 # several words
DEBIAN_FRONTEND=noninteractive apt-get purge --yes --auto-remove $(grep -v '^#' "$from/packages.txt") "postgresql-$release" >/dev/null
rm -rf /etc/postgresql /var/lib/postgresql /var/log/postgresql
# Every node keeps its psql.
command -v psql >/dev/null
