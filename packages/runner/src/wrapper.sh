#!/bin/sh
# Runs one attempt: wrapper.sh FOLDER
#
# Holds the attempt's lock as long as it lives; the kernel frees it. Runs the script `command` in a process group of its
# own, kills what that leaves behind (of a sandbox its first process too, which is gone only when all others are), waits
# until it is dead (up to 10 s), and only then writes the exit record: to a temporary name, synced, renamed. A free
# lock without a record means that the attempt was lost. An attempt that was given up (`abandoned`) never starts.
cd "$1" || exit 70
exec 9>lock
flock -n 9 || exit 75
[ -e exit ] || [ -e abandoned ] && exit 75
echo $$ >pid
setsid -w sh -c 'echo $$ >group; exec sh ./command' >stdout.log 2>stderr.log </dev/null 9>&-
code=$?
read -r group <group
if kill -KILL -- "-$group" 2>/dev/null; then
  tries=0
  while kill -0 -- "-$group" 2>/dev/null && [ $tries -lt 3000 ]; do
    tries=$((tries + 1))
    [ $tries -lt 2000 ] || sleep 0.01
  done
fi
times >usage
{ read -r _; read -r cpu; } <usage
echo "$code $cpu" >exit.tmp
sync exit.tmp
mv exit.tmp exit
