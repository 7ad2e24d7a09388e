#!/bin/sh
# Runs attempts for a process that waits for them and keeps nothing beyond its own life: attached.sh
#
# Reads the folder of one attempt a line, runs its `command`, and writes exit code and folder back when every process of it
# is dead (`wrapper.sh` tells how that is known). Nothing is locked, recorded or synced. The number of the command's process,
# which `$session` makes the leader of a group of its own, lies in `group` before the mark `abandoned` is looked for: who
# cancels is seen, or finds a process to kill.
session=setsid

begin() {
  read -r group _ </proc/self/stat
  echo "$group" >group
  [ -e abandoned ] && exit 75
  . ./command
}

run() {
  if [ -e filter.bpf ]; then
    {
      (begin) 7>&1 >stdout.log 2>stderr.log </dev/null
      echo $? >code
    } | while read -r _; do :; done
    read -r code <code
  else
    (begin) >stdout.log 2>stderr.log </dev/null
    code=$?
  fi
  read -r group <group
  if kill -s KILL -- "-$group" && [ ! -e filter.bpf ]; then
    tries=0
    while [ $tries -lt 1000 ] && kill -s 0 -- "-$group"; do tries=$((tries + 1)); done
  fi
}

while IFS= read -r attempt; do
  {
    code=70
    cd "$attempt" && run
    printf '%s %s\n' "$code" "$attempt"
  } </dev/null 2>/dev/null &
done
