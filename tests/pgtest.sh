#!/bin/sh
# pgtest.sh - a PostgreSQL of our own in one folder, for tests, benchmarks and `make demo`.
#
#   pgtest.sh start DIR   make the cluster if there is none, start it, print the connection string
#   pgtest.sh stop  DIR   stop it (immediately: its data is not worth a checkpoint)
#   pgtest.sh kill  DIR   kill -9 the postmaster and its children, as a power cut would
#   pgtest.sh info  DIR   print the connection string
#
# It listens on a unix socket in DIR only, so two clusters never meet. PostgreSQL refuses to run as
# root: then everything runs as the user postgres, who owns DIR. Extra settings: PGTEST_CONF, lines
# for postgresql.conf, read when the cluster is made.
set -eu
verb=${1:?start, stop, kill or info} dir=${2:?folder}
bin=${PG_BIN:-}
for d in /usr/lib/postgresql/17/bin /usr/lib/postgresql/16/bin /usr/lib/postgresql/15/bin; do
    [ -z "$bin" ] && [ -x "$d/postgres" ] && bin=$d
done
[ -n "$bin" ] || bin=$(dirname "$(command -v postgres || echo /missing/postgres)")
[ -x "$bin/postgres" ] || { echo "pgtest.sh: PostgreSQL is not installed (apt-get install postgresql)" >&2; exit 1; }

as() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --init-groups "$@"; else "$@"; fi
}
info() { echo "host=$dir user=jobmatch dbname=jobmatch"; }

start() {
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
    chmod 755 "$dir"
    fresh=
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        fresh=1
        as "$bin/initdb" -D "$dir/data" -U jobmatch -A trust -E UTF8 --locale=C.UTF-8 \
            --no-instructions --no-sync >"$dir/initdb.log" 2>&1 ||
            { cat "$dir/initdb.log" >&2; exit 1; }
        {
            echo "listen_addresses = ''"
            echo "unix_socket_directories = '$dir'"
            echo "max_connections = 40"
            echo "shared_buffers = 256MB"
            echo "max_wal_size = 2GB"
            echo "${PGTEST_CONF:-}"
        } >>"$dir/data/postgresql.conf"
    fi
    as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null 2>&1 ||
        { tail -20 "$dir/log" >&2; exit 1; }
    [ -z "$fresh" ] || as "$bin/createdb" -h "$dir" -U jobmatch jobmatch
    info
}

case $verb in
start) start ;;
stop) as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true ;;
kill)
    pid=$(head -1 "$dir/data/postmaster.pid")
    kill -STOP "$pid" 2>/dev/null || true # no new children from here on
    kids=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
    kill -9 "$pid" $kids 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
    rm -f "$dir/data/postmaster.pid" ;;
info) dir=$(cd "$dir" && pwd); info ;;
*) echo "pgtest.sh: unknown verb $verb" >&2; exit 2 ;;
esac
