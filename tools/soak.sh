#!/usr/bin/env bash
# The long runs: hostile cells, many kills, and the whole suite on the distribution's PostgreSQL 15.
# With arguments (folders, files, -k …) only those tests, to try the way itself. Not 0 when a part failed or could not run.
set -euo pipefail
cd "$(dirname "$0")/.."
V=.venv/bin
BIN=/usr/lib/postgresql/15/bin
CHOSEN=("${@:-tests}")

echo "The long tests"
"$V/pytest" -m soak "${CHOSEN[@]}" || [ $? = 5 ] # 5: none of the chosen tests is a long one

if [ ! -x "$BIN/initdb" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "The suite did not run on PostgreSQL 15: it is not installed, and only root can install it. Install postgresql-15 and run this again." >&2
    exit 3
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 >/dev/null
fi
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
FOLDER=$(mktemp -d /tmp/giamsat-pg15-XXXXXX)
stop() {
  as_postgres "$BIN/pg_ctl" -m fast -D "$FOLDER/data" stop >/dev/null || true
  rm -rf "$FOLDER"
}
trap stop EXIT
if [ "$(id -u)" = 0 ]; then chown postgres "$FOLDER"; fi
cd "$FOLDER/.." # the other user may not read the checkout
as_postgres "$BIN/initdb" -D "$FOLDER/data" --auth=trust --encoding=UTF8 -U postgres >/dev/null
as_postgres "$BIN/pg_ctl" -w -D "$FOLDER/data" -l "$FOLDER/log" \
  -o "-c listen_addresses='' -c unix_socket_directories=$FOLDER -c max_connections=200 -c fsync=off" start >/dev/null
as_postgres "$BIN/createdb" -h "$FOLDER" -U postgres giamsat
cd - >/dev/null
echo "The suite on $("$BIN/postgres" --version)"
GIAMSAT_TEST_DATABASE_URL="postgresql://postgres@/giamsat?host=$FOLDER" \
  "$V/pytest" -n 2 --dist loadscope -m "not soak" "${CHOSEN[@]}"
