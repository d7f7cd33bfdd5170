#!/bin/sh
# Becomes a command that the kernel remembers as part of a lab: it is in the lab's cgroups before it does anything, and
# does nothing where they are gone, for then somebody has taken the lab away.
# usage: join.sh CGROUP… -- COMMAND…
set -eu
while [ "$1" != -- ]; do
  echo $$ >"$1/cgroup.procs"
  shift
done
shift
exec "$@"
