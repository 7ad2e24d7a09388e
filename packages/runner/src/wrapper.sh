#!/bin/sh
# Runs one attempt: wrapper.sh FOLDER
#
# Holds the attempt's lock as long as it lives; the kernel frees it. Runs the script `command` in a process group of its
# own, waits until every process of it is dead, and only then writes the exit record: to a temporary name, synced,
# renamed. A free lock without a record means that the attempt was lost. One that was given up (`abandoned`) never starts
# and leaves no record.
#
# A sandbox holds descriptor 7, the writing end of a pipe, until its last process is dead: the loop that reads it ends
# then. One that a time limit ended while it was being made has left a process that waits for ever, so the command's process
# group is killed. Without isolation it is given a moment to go; what left the group is missed.
cd "$1" || exit 70
exec 9>lock
flock -n 9 || exit 75
[ -e exit ] || [ -e abandoned ] && exit 75
echo $$ >pid
begin='session=; echo $$ >group; [ -e abandoned ] && exit 75; . ./command'
{
  setsid -w sh -c "$begin" 7>&1 >stdout.log 2>stderr.log </dev/null 9>&-
  echo $? >code
  read -r group <group
  if kill -s KILL -- "-$group" 2>/dev/null && [ ! -e filter.bpf ]; then
    tries=0
    while [ $tries -lt 1000 ] && kill -s 0 -- "-$group" 2>/dev/null; do tries=$((tries + 1)); done
  fi
} | while read -r _; do :; done
[ -e abandoned ] && exit 75
read -r code <code
times >usage
{ read -r _; read -r cpu; } <usage
echo "$code $cpu" >exit.tmp
sync exit.tmp
mv exit.tmp exit
