#!/bin/sh
# Runs a command that must not outlive the process that started it. That process holds the other end of standard input. When
# it closes that end, or dies, however it dies, the command gets SIGTERM and, after the grace period, SIGKILL.
# Prints the command's process id; all output of the command goes to standard error.
# Usage: guard.sh GRACE_SECONDS COMMAND [ARG ...]
# Its files, such as topics and keys, are for their owner only.
umask 077
grace=$1
shift
exec 3<&0 </dev/null
"$@" >&2 3<&- &
child=$!
echo "$child"
exec >&-
{
  cat <&3
  kill -TERM "$child"
  waited=0
  while kill -0 "$child" && [ "$waited" -lt "$grace" ]; do
    sleep 1
    waited=$((waited + 1))
  done
  kill -KILL "$child"
} >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$child"
status=$?
kill "$watch" 2>/dev/null
exit "$status"
