#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# make lint: the rules of the tree that a compiler does not check. Prints each breach, exit status 1
# if there is one. Long files are listed as a hint and are no breach.

cd "$(dirname "$0")/.." || exit 1
bad=0

breach() {
    printf '%s: %s\n' "$1" "$2"
    bad=1
}

# sources FOLDER...: C files and headers of ours in them
sources() {
    for d; do
        [ -d "$d" ] && find "$d" -name '*.[chS]' ! -name '.*'
    done | sort
}

# includes FILE: what it includes, one name a line
includes() {
    sed -n 's/^ *# *include *[<"]\([^>"]*\)[>"].*/\1/p' "$1"
}

# 1. The Windows headers stay where Windows is met.
win='^(windows|winternl|winbase|winnt|ntdef|ntstatus|winsock2?|ws2tcpip|fileapi|processthreadsapi|psapi|wincon)\.h$'
for f in $(sources runtime/sys runtime/path lib); do
    case $f in
    *win.c | *win.h) continue ;;
    esac
    includes "$f" | grep -Eq "$win" && breach "$f" 'includes a Windows header; that belongs into runtime/nt or a *win.c'
done

# 2. Dependencies point one way (design.md): lib uses nothing above it, tools use only lib.
for f in $(sources lib); do
    for i in $(includes "$f"); do
        case $i in
        runtime/* | sys.h | file.h | proc.h | thread.h | nt.h | sig.h | mm.h)
            breach "$f" "lib/ uses the runtime: $i" ;;
        esac
    done
done
for d in strace ps mount dumper cygcheck-like utils; do
    for f in $(sources $d); do
        for i in $(includes "$f"); do
            case $i in
            runtime/*) breach "$f" "a tool uses the runtime: $i" ;;
            esac
        done
    done
done
# runtime/nt is the bottom: it knows nothing of files, signals and system calls.
for f in $(sources runtime/nt); do
    for i in $(includes "$f"); do
        case $i in
        file.h | sig.h | sys.h | path.h) breach "$f" "runtime/nt uses what lies above it: $i" ;;
        esac
    done
done

# 3. Every file says its licence; layout that editors agree on.
for f in $(sources runtime lib sdk strace ps utils mount dumper cygcheck-like bench tests) tests/*.sh; do
    head -n 3 "$f" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' || breach "$f" 'no SPDX line at the top'
    grep -q "$(printf '\t')" "$f" && case $f in *.S) ;; *) breach "$f" 'has tabs' ;; esac
    grep -q ' $' "$f" && breach "$f" 'has spaces at the end of a line'
done

# 4. No generated file is committed.
if git rev-parse --git-dir >/dev/null 2>&1; then
    git ls-files | grep -E '(^build/|^configure$|^Makefile$|\.(o|a|dll|exe|d)$)' | while read -r f; do
        breach "$f" 'is generated, and committed'
    done
fi

# Hints
for f in $(sources runtime lib sdk strace ps utils bench tests); do
    n=$(wc -l <"$f")
    [ "$n" -gt 500 ] && printf 'hint: %s has %d lines\n' "$f" "$n"
    long=$(awk 'length > 110 { n++ } END { print n + 0 }' "$f")
    [ "$long" -gt 0 ] && printf 'hint: %s has %d lines over 110 columns\n' "$f" "$long"
done
[ $bad = 0 ] && echo 'lint: nothing found'
exit $bad
