#!/bin/sh
# Runs attempts for a process that waits for them and keeps nothing beyond its own life: attached.sh COMMAND.SH
#
# Reads an attempt a line: `sandbox` or `none`, its folder, the script that starts its command; a tab between. Writes
# `started PID FOLDER` when that process is about to begin, and `ended CODE FOLDER` when every process of the attempt is
# dead. Nothing is locked, recorded or synced.
. "$1"
tab=$(printf '\t')
exec 3>&1

running() { echo "started $group $attempt" >&3; }

begin() {
  exec 3>&-
  eval "$script"
}

while IFS=$tab read -r isolation attempt script; do
  {
    code=70
    sandboxed=
    [ "$isolation" = none ] || sandboxed=1
    if cd "$attempt"; then
      if [ "$sandboxed" ]; then code=$(run begin 7>&1); else run begin >/dev/null; fi
    fi
    echo "ended $code $attempt" >&3
  } </dev/null 2>/dev/null &
done
