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

title 'The script (demo/script.sh), run by dash as an ordinary Windows process'
start=$(date +%s%N)
build/run dash demo/script.sh </dev/null || die "the script failed with status $?"
plain_ms=$((($(date +%s%N) - start) / 1000000))

title 'The same under strace -f'
echo "build/run strace -f --json -o $out/trace.jsonl dash demo/script.sh"
start=$(date +%s%N)
build/run strace -f --json -o $out/trace.jsonl dash demo/script.sh </dev/null >$out/script.out 2>$out/strace.err ||
    { cat $out/strace.err >&2; die "strace failed with status $?"; }
json_ms=$((($(date +%s%N) - start) / 1000000))
echo "build/run strace -f -o $out/trace.txt dash demo/script.sh"
build/run strace -f -o $out/trace.txt dash demo/script.sh </dev/null >/dev/null 2>$out/strace.err ||
    { cat $out/strace.err >&2; die "strace failed with status $?"; }

title "What it recorded of forks, signals, paths and failures"
echo "${dim}(everything, $(wc -l <$out/trace.txt) lines: $out/trace.txt, as JSON: $out/trace.jsonl)$plain"
cat >$out/pick.awk <<'EOF'
# Shows the part of the trace that explains most; the file has it all.
/fork|exec|signal|SIG|exit|path|= -1 E/ { if (++n <= 120) print; else more++ }
END { if (more) printf "... and %d more like these\n", more }
EOF
awk -f $out/pick.awk $out/trace.txt | cut -c1-200

title 'Summary'
awk -v plain="$plain_ms" -v traced="$json_ms" '
    function field(name,    s) {
        if (!match($0, "\"" name "\": *(\"[^\"]*\"|[-0-9.]+)")) return ""
        s = substr($0, RSTART, RLENGTH)
        sub(/^"[^"]*": */, "", s)
        gsub(/"/, "", s)
        return s
    }
    {
        events++
        pid = field("pid"); cat = field("category"); ev = field("event")
        if (pid != "") seen[pid] = 1
        by[cat]++
        if (cat == "fork" && ev ~ /done/) {
            forks++
            d = field("dur")
            if (d != "") { sum += d; if (d > max) max = d; if (!min || d < min) min = d }
        }
        if (cat == "syscall" && field("errno") != "") failed++
        if (ev == "lost_total") lost += field("lost")
    }
    END {
        for (p in seen) processes++
        printf "processes     %d\n", processes
        printf "forks         %d", forks
        if (sum) printf "   (%.1f ms each: %.1f to %.1f)", sum / forks / 1000, min / 1000, max / 1000
        printf "\nevents        %d:", events
        for (c in by) if (c != "") printf " %s %d", c, by[c]
        printf "\nfailed calls  %d\nlost events   %d\n", failed, lost
        printf "time          %d ms, traced %d ms\n", plain, traced
    }' $out/trace.jsonl

title 'Now you'
cat <<EOF
build/run dash                                     a shell
build/run strace -f dash -c 'ls | wc -l'           what it does, live
build/run ps                                       the processes of this installation
build/sdk/bin/x86_64-pc-cygwin-gcc hello.c         a compiler for your own programs
EOF
