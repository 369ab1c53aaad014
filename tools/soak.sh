#!/usr/bin/env bash
# The long runs: hostile cells, many kills, and the whole suite on the distribution's PostgreSQL 15.
set -euo pipefail
cd "$(dirname "$0")/.."
V=.venv/bin

"$V/pytest" -m soak tests

BIN=/usr/lib/postgresql/15/bin
if [ ! -x "$BIN/initdb" ]; then
  if [ "$(id -u)" != 0 ]; then echo "PostgreSQL 15 is not installed and we are not root: that part is skipped."; exit 0; fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 >/dev/null
fi
FOLDER=$(mktemp -d /tmp/giamsat-pg15-XXXXXX)
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown postgres "$FOLDER"; fi
as_postgres "$BIN/initdb" -D "$FOLDER/data" --auth=trust --encoding=UTF8 -U postgres >/dev/null
as_postgres "$BIN/pg_ctl" -w -D "$FOLDER/data" -l "$FOLDER/log" \
  -o "-c listen_addresses='' -c unix_socket_directories=$FOLDER -c max_connections=200 -c fsync=off" start >/dev/null
trap 'as_postgres "$BIN/pg_ctl" -m fast -D "$FOLDER/data" stop >/dev/null; rm -rf "$FOLDER"' EXIT
as_postgres "$BIN/createdb" -h "$FOLDER" giamsat
echo "The suite on PostgreSQL 15"
GIAMSAT_TEST_DATABASE_URL="postgresql://postgres@/giamsat?host=$FOLDER" "$V/pytest" -n 2 -m "not soak" tests
