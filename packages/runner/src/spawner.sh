#!/bin/sh
# Runs attempts that outlive the server, for a server whose own forks are slow because it is large: spawner.sh COMMAND.SH
#
# Reads the folder of one attempt a line and runs it in a subshell, the wrapper; writes `ended CODE FOLDER` when the wrapper
# has ended, however it ended. Ends when its input ends, or when it is killed; its wrappers run on.
#
# The wrapper holds the attempt's lock as long as it lives; the kernel frees it. It runs the script `command`, waits until
# every process of it is dead, and only then writes the exit record, in one write. A free lock without a record means that
# the attempt was lost. One that was given up (`abandoned`) never starts and leaves no record. The record names the boot of the
# machine: after another boot the job's files may not be what it wrote, so nothing is synced here. Its file, and that of the times,
# are there from the start, with blanks in them that it is written over: a disk that is full by then has a place for it, and one that is
# full at the start starts nothing. The number of the command's process is in `group` before the mark is looked for: who cancels is seen, or finds a process to kill.
. "$1"
read -r boot </proc/sys/kernel/random/boot_id

blank=$(printf '%255s' '')

running() { :; }

begin() {
  read -r group _ </proc/self/stat
  echo "$group" >group
  [ -e abandoned ] && exit 75
  . ./command
}

# What the control group of the job tells: the most memory that was used, and how often a process was killed for it.
measure() {
  { read -r peak_file; read -r events; } <limits
  read -r peak <"$peak_file"
  while read -r word number; do [ "$word" = oom_kill ] && kills=$number; done <"$events"
}

wrapper() {
  cd "$1" || exit 70
  exec 9>lock
  flock -n 9 || exit 75
  [ -e exit ] || [ -e abandoned ] && exit 75
  read -r pid _ </proc/self/stat
  { echo "$pid" >pid && echo "$blank" >usage && echo "$blank" >exit; } || exit 73
  sandboxed=
  [ -e filter.bpf ] && sandboxed=1
  code=$(exec 9>&-; run begin 7>&1)
  [ -e abandoned ] && exit 75
  times 1<>usage
  { read -r _; read -r cpu; } <usage
  peak=- kills=-
  [ -e limits ] && measure
  echo "$code $cpu $peak $kills $boot" 1<>exit
}

while IFS= read -r attempt; do
  {
    (wrapper "$attempt") >/dev/null
    echo "ended $? $attempt"
  } </dev/null 2>/dev/null &
done
