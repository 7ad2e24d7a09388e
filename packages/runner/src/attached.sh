#!/bin/sh
# Runs attempts for a process that waits for them and keeps nothing beyond its own life: attached.sh
#
# Reads an attempt a line: `sandbox` or `none`, its folder, the script that starts its command; a tab between. Writes
# `started PID FOLDER` when that process is about to begin, and `ended CODE FOLDER` when every process of the attempt is dead
# (`wrapper.sh` tells how that is known). The process becomes the leader of a group of its own (`$session`). Nothing is
# locked, recorded or synced.
session=$(command -v setsid)
tab=$(printf '\t')
exec 3>&1

run() {
  (
    exec 3>&-
    eval "$script"
  ) >stdout.log 2>stderr.log </dev/null &
  group=$!
  echo "started $group $attempt" >&3
  wait "$group"
  code=$?
  if kill -s KILL -- "-$group" && [ "$isolation" = none ]; then
    tries=0
    while [ $tries -lt 1000 ] && kill -s 0 -- "-$group"; do tries=$((tries + 1)); done
  fi
  echo "$code"
}

while IFS=$tab read -r isolation attempt script; do
  {
    code=70
    if cd "$attempt"; then
      if [ "$isolation" = none ]; then run >/dev/null; else code=$(run 7>&1); fi
    fi
    echo "ended $code $attempt" >&3
  } </dev/null 2>/dev/null &
done
