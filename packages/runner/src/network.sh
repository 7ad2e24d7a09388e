# Sourced by the command of a job in the sandbox that may use the network: network PID-FILE GO-FILE
#
# The sandbox has a network of its own, without anything in it, and waits before the job starts. This gives it a way out by
# slirp4netns, which speaks for it as an ordinary program of this machine would, but never to this machine's own loopback;
# then lets the job start. Where the way out can't be had the job starts without: its calls fail and say so.
network() {
  exec 6<&- 7>&- 8<&- >/dev/null 2>&1
  user=
  while read -r word number; do
    case $word in *child-pid*) child=${number%,} && break ;; esac
  done <"$1"
  [ "$(readlink "/proc/$child/ns/user")" = "$(readlink /proc/self/ns/user)" ] || user=--userns-path=/proc/$child/ns/user
  {
    slirp4netns --configure --mtu=65520 --disable-host-loopback --enable-sandbox --enable-seccomp --ready-fd=3 $user \
      "$child" tap0 3>&1 >/dev/null </dev/null &
    exec >&-
    wait
  } | { read -r _ready; echo go >"$2"; cat >/dev/null; }
}
