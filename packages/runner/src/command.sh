# Sourced by `spawner.sh` and `attached.sh`, in the folder of an attempt: run COMMAND
#
# Runs COMMAND, which ends in an exec, in a process group of its own with its logs beside it, and prints its exit code when
# every process of it is dead. A sandbox holds descriptor 7, the writing end of the pipe that this prints to, until its last process is
# dead; who reads the pipe to its end waits for that. One that a time limit ended while it was being made has left a process
# that waits for ever, so the process group is killed. Without isolation it is given a moment to go; what left the group is
# missed.
session=$(command -v setsid)

run() {
  ("$@") >stdout.log 2>stderr.log </dev/null &
  group=$!
  running
  wait "$group"
  code=$?
  if kill -s KILL -- "-$group" && [ ! "$sandboxed" ]; then
    tries=0
    while [ $tries -lt 1000 ] && kill -s 0 -- "-$group"; do tries=$((tries + 1)); done
  fi
  echo "$code"
} 2>/dev/null
