# Sourced by the command of a job in the sandbox that may use the network: network PID-FILE GO-FILE USER-FILE
#
# The sandbox has a network of its own, without anything in it, and waits before the job starts. This gives it a way out by
# slirp4netns, which speaks for it as an ordinary program of this machine would, but never to this machine's own loopback;
# then lets the job start. Where the way out can't be had the job starts without: its calls fail and say so.
network() {
  exec 6<&- 7>&- 8<&- >/dev/null 2>&1
  how=
  while read -r word number; do
    case $word in *child-pid*) child=${number%,} && break ;; esac
  done <"$1"
  if [ "$(readlink "/proc/$child/ns/user")" != "$(readlink /proc/self/ns/user)" ]; then
    # the sandbox waits to be told who it is in its user namespace, which has the network; later it enters another one
    exec 8<"/proc/$child/ns/user"
    how=--userns-path=/proc/self/fd/8
    echo deny >"/proc/$child/setgroups"
    echo "0 $(id -u) 1" >"/proc/$child/uid_map"
    echo "0 $(id -g) 1" >"/proc/$child/gid_map"
    echo go >"$3"
    # both bring up the loopback, and only the second one bears that it is there
    tries=0
    until grep -q 127.0.0.1 "/proc/$child/net/fib_trie" || [ $tries -ge 1000 ]; do tries=$((tries + 1)); done
  fi
  {
    slirp4netns --configure --mtu=65520 --disable-host-loopback --enable-sandbox --enable-seccomp --ready-fd=3 $how \
      "$child" tap0 3>&1 >/dev/null </dev/null &
    exec >&-
    wait
  } | { read -r _ready; echo go >"$2"; cat >/dev/null; }
}
