#!/bin/sh
# Starts wrappers for a server, whose own forks are slow because it is large: spawner.sh WRAPPER
#
# Reads the folder of one attempt a line and starts its wrapper in a session of its own; writes `ended CODE
# FOLDER` when the wrapper has ended, however it ended. Ends when its input ends; what it started runs on.
while IFS= read -r attempt; do
  {
    setsid sh "$1" "$attempt" </dev/null >/dev/null 2>&1
    echo "ended $? $attempt"
  } </dev/null 2>/dev/null &
done
