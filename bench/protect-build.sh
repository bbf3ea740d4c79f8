#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bench/protect-build.sh [ROUNDS [PORT]]: configure and make of a package inside (ports/self/build) on four
# runtimes in turn: fork protection compiled out, disabled (CYGWIN=noprotect), enabled, forced by .needed.
# A command of its own, since a round takes minutes: make ports P='bash coreutils sed grep gawk make
# diffutils' and make unprotected come first. ROUNDS 3, PORT zlib. A later call goes on, adding its rounds
# (build/bench/protect-build.PORT; delete it to begin anew).

cd "$(dirname "$0")/.." || exit 1
rounds=${1:-3} port=${2:-zlib}
top=$PWD
dir=$top/build/bench/protect-build times=$top/build/bench/protect-build.$port
[ -f build/bench/unprotected/isthmus1.dll ] || { echo "$0: make unprotected" >&2; exit 1; }

# A Wine of its own, whose server nobody else keeps busy.
prefix=$top/build/bench/prefix
[ -d "$prefix" ] || cp -al build/wineprefix "$prefix" || exit 1

# A tree for each: links to the files, but for the runtime.
variants='out off on needed'
rm -rf "$dir" && mkdir -p "$dir" || exit 1
for v in $variants; do
    mkdir -p "$dir/$v/build"
    cp -al build/root "$dir/$v/build/root" && cp build/run "$dir/$v/build/run" || exit 1
    ln -s "$prefix" "$dir/$v/build/wineprefix"
    rm "$dir/$v/build/root/bin/isthmus1.dll"
    rm -rf "$dir/$v/build/root/tmp" "$dir/$v/build/root/var/run/cygfork"
    mkdir -p "$dir/$v/build/root/tmp" "$dir/$v/build/root/var/run/cygfork"
    case $v in
    out) cp build/bench/unprotected/isthmus1.dll "$dir/$v/build/root/bin/" ;;
    *) cp build/root/bin/isthmus1.dll "$dir/$v/build/root/bin/" ;;
    esac
done
: >"$dir/needed/build/root/var/run/cygfork/.needed"

one() {
    cygwin=protect
    [ "$1" != off ] || cygwin=noprotect
    begin=$(date +%s%N)
    CYGWIN=$cygwin JOBS=1 ports/self/build "$port" build "$dir/$1/$port" "$dir/$1/build/run" || exit 1
    echo "$1 $(($(date +%s%N) - begin))" | tee -a "$times" >&2
}

[ -s "$times" ] || { one on; : >"$times"; } # warms up: the source, the file cache
r=$(($(wc -l <"$times") / 4)) rounds=$((rounds + r))
while [ $r -lt "$rounds" ]; do
    case $((r % 4)) in # each is first, second, ... as often as the others
    0) order='out off on needed' ;;
    1) order='needed on off out' ;;
    2) order='on out needed off' ;;
    *) order='off needed out on' ;;
    esac
    for v in $order; do
        one $v
    done
    r=$((r + 1))
done

# Ratios round by round; with few rounds their interval is all that was seen.
awk -v port="$port" '
    { t[$1, ++n[$1]] = $2 / 1e9 }
    function sorted(v, k,   i, j, x) {
        for (i = 2; i <= k; i++)
            for (j = i; j > 1 && v[j - 1] > v[j]; j--) { x = v[j]; v[j] = v[j - 1]; v[j - 1] = x }
    }
    function middle(v, k) { return k % 2 ? v[(k + 1) / 2] : (v[k / 2] + v[k / 2 + 1]) / 2 }
    function line(name, key,   i, v, r) {
        for (i = 1; i <= n["out"]; i++) { v[i] = t[key, i]; r[i] = t[key, i] / t["out", i] }
        sorted(v, n["out"]); sorted(r, n["out"])
        printf "bench protect-build-%s %.3f s ratio=%.3f base=%s-compiled-out low=%.3f high=%.3f\n", name,
            middle(v, n["out"]), middle(r, n["out"]), port, r[1], r[n["out"]]
    }
    END { line("compiled-out", "out"); line("disabled", "off"); line("enabled", "on"); line("forced", "needed") }
' "$times"
for v in $variants; do
    ls -A "$dir/$v/build/root/var/run/cygfork" | sed "s/^/# $v left: /"
done
rm -rf "$dir"
