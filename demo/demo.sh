#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What this project is for, in one minute: an unmodified Unix shell, built from Debian's source,
# runs under Windows' API (here: Wine), and strace shows what the runtime did for it.

cd "$(dirname "$0")/.." || exit 1
out=build/demo
mkdir -p $out

bold= dim= plain=
if [ -t 1 ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
fi
title() {
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}
die() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

build/run dash -c : </dev/null          # Wine starts its servants, which is not our time
title 'The script (demo/script.sh), run by dash as an ordinary Windows process'
start=$(date +%s%N)
build/run dash demo/script.sh </dev/null || die "the script failed with status $?"
plain_ms=$((($(date +%s%N) - start) / 1000000))

title 'The same under strace -f'
echo "build/run strace -f --json -o $out/trace.jsonl dash demo/script.sh"
start=$(date +%s%N)
build/run strace -f --json -o $out/trace.jsonl dash demo/script.sh </dev/null >$out/script.out 2>$out/strace.err ||
    { cat $out/strace.err >&2; die "strace failed"; }
json_ms=$((($(date +%s%N) - start) / 1000000))
echo "build/run strace -f --summary -o $out/trace.txt dash demo/script.sh"
build/run strace -f --summary -o $out/trace.txt dash demo/script.sh </dev/null >/dev/null 2>$out/summary.txt ||
    { cat $out/summary.txt >&2; die "strace failed"; }

trace=$out/trace.txt
# show PATTERN [COUNT]: lines of the trace that match, without the date's noise
show() {
    awk -v pattern="$1" -v max="${2:-12}" '$0 ~ pattern && n++ < max' $trace |
        sed -e 's/ \([0-9][0-9]:\)\{2\}/ /' -e 's/^/  /' | cut -c1-160
}
trace_lines=$(wc -l <$trace)
printf '%s%d lines; some of them:%s\n' "$dim" "$trace_lines" "$plain"

title 'A fork, stage by stage, in parent and child (the time of each stage in <seconds>)'
child=$(sed -n 's/.*fork: begin, child pid \([0-9]*\).*/\1/p' $trace | head -n 1)
show "fork: .*pid $child( |:|$)|^.pid +$child.*(fork|exited)|reaped pid $child"

title 'A signal, from kill() in a child to the trap of the shell'
show 'SIGUSR1' 12

title 'A command that does not exist: every failed call is recorded, with the rule that led there'
show 'nonesuch' 6

title 'A path through a mount'
show 'chdir|path: .*(cygdrive/c/windows"|kernel32.dll" ->)|"system32/' 6

title 'Summary'
sed 's/^/  /' $out/summary.txt
printf '  time: %d ms, traced %d ms\n' "$plain_ms" "$json_ms"
printf '  all of it: %s, as JSON lines: %s\n' $trace $out/trace.jsonl

title 'Now you'
cat <<EOF
build/run dash                                     a shell
build/run strace -f dash -c '(exit 3)'             what it does, live
build/run ps                                       the processes of this installation
build/sdk/bin/x86_64-pc-cygwin-gcc hello.c         a compiler for your own programs
EOF
