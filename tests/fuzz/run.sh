#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds and runs fuzz targets; see README.md. -t SECONDS: look for new inputs so long, each.
set -eu
cd "$(dirname "$0")/../.."
seconds=0
while getopts t: o; do
    case $o in
    t) seconds=$OPTARG ;;
    *) echo "usage: tests/fuzz/run.sh [-t SECONDS] [NAME]..." >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
clang=${CLANG:-clang-14}
out=build/fuzz
mkdir -p "$out"
pure=$(find lib/acl lib/debug lib/lock lib/path lib/text lib/pe lib/proc lib/tool -name '*.c' ! -name '*win.c')
[ $# -gt 0 ] || set -- $(cd tests/fuzz && ls *.c | sed 's/\.c$//')
status=0
for name; do
    extra=
    case $name in
    trace_*) extra="$(find lib/trace -name '*.c' ! -name '*win.c' ! -name writer.c) build/gen/trace_desc.c build/gen/timeline.c" ;;
    esac
    newest=$(ls -t tests/fuzz/*.[ch] $extra $pure "$out/$name.bin" 2>/dev/null | head -1)
    [ "$newest" = "$out/$name.bin" ] || "$clang" -std=gnu11 -O1 -g -w \
        -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
        -I. -Ilib -Ilib/abi -Ibuild/gen -Itests/fuzz "tests/fuzz/$name.c" $extra $pure \
        -o "$out/$name.bin"
    mkdir -p "$out/$name" "tests/fuzz/corpus/$name"
    if [ "$seconds" -gt 0 ]; then
        "$out/$name.bin" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
            -artifact_prefix="$out/$name-" "$out/$name" "tests/fuzz/corpus/$name" \
            >"$out/$name.log" 2>&1 || status=1
    else
        "$out/$name.bin" -runs=0 -timeout=10 "tests/fuzz/corpus/$name" >"$out/$name.log" 2>&1 || status=1
    fi
    if grep -q 'ERROR:\|SUMMARY:' "$out/$name.log"; then
        echo "fuzz $name: FAILED"; tail -30 "$out/$name.log"; status=1
    else
        echo "fuzz $name: $(grep -c . "$out/$name.log") lines, $(grep 'Done\|DONE' "$out/$name.log" | tail -1)"
    fi
done
exit $status
