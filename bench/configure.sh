#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bench/configure.sh [NAME]: how much longer the configure script of zlib takes under strace -f -o. The script is
# run by our shell with our utilities, under Wine; the compiler is one of the build host, which cannot be
# started from there: it is asked through files. Prints one line as the other benchmarks do.
# ROUNDS (6): pairs of runs, one with and one without strace.

case configure-traced in
*"$1"*) ;;
*) exit 0 ;;
esac
cd "$(dirname "$0")/.." || exit 1
top=$PWD
run=$top/build/run
for p in dash sed grep cat cp mv rm tr tee uname sleep; do
    [ -f build/root/bin/$p.exe ] || [ -f build/root/usr/bin/$p.exe ] || {
        echo "# configure-traced: $p is not built (make ports P='coreutils sed grep')" >&2
        exit 0
    }
done
src=$top/build/deps/bench-zlib
[ -d "$src" ] || DEPS=$top/build/deps ports/fetch zlib "$src" >&2 || exit 1
work=$(mktemp -d) && mkdir "$work/z" || exit 1
trap 'touch "$work/stop"; wait; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
CC=$top/build/sdk/bin/x86_64-pc-cygwin-gcc

# The compiler as our shell sees it: a script that asks. Only shell built-ins while it waits.
cat >"$work/cc" <<END
#!/bin/sh
d=/cygdrive/z$work
{ echo "cd \"\$(cat <<'=END='"; pwd | sed 's|^/cygdrive/z||'; echo '=END='; echo ')"'
  printf 'set --'
  for a; do printf " '%s'" "\$a"; done
  echo; echo '"\$CC" "\$@"'; } >\$d/ask.new
mv \$d/ask.new \$d/ask
until [ -f \$d/answer ]; do sleep 0.01; done
cat \$d/cc.out
cat \$d/cc.err >&2
read status <\$d/answer
rm \$d/answer
exit \$status
END
(   # and who answers
    while [ ! -f "$work/stop" ]; do
        if [ -f "$work/ask" ]; then
            mv "$work/ask" "$work/asked"
            CC=$CC sh "$work/asked" >"$work/cc.out" 2>"$work/cc.err"
            echo $? >"$work/answer.new"
            mv "$work/answer.new" "$work/answer"
        else
            sleep 0.005
        fi
    done
) &

once() { # the command in front; prints milliseconds
    rm -rf "$work/z" && mkdir "$work/z" && cp -a "$src/." "$work/z/" || exit 1
    chmod +x "$work/cc"
    t=$(date +%s%N)
    (cd "$work/z" && CC="sh /cygdrive/z$work/cc" "$run" "$@" dash ./configure --static --prefix=/usr </dev/null >"$work/log" 2>"$work/err") || {
        tail -5 "$work/log" "$work/err" >&2
        exit 1
    }
    [ -f "$work/z/Makefile" ] && ! grep -q lost "$work/err" || exit 1
    echo $((($(date +%s%N) - t) / 1000))
}

once >/dev/null || exit 1
for i in $(seq ${ROUNDS:-6}); do
    if [ $((i % 2)) = 0 ]; then
        a=$(once strace -f -o "z:$work/trace") && b=$(once) || exit 1
    else
        b=$(once) && a=$(once strace -f -o "z:$work/trace") || exit 1
    fi
    echo "$a $b"
    echo "# $a us traced, $b us not; $(wc -l <"$work/trace") events" >&2
done | awk '
    { value[NR] = $1 / 1000; ratio[NR] = $1 / $2 }
    function sort(v, n,    i, j, t) {
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    }
    function median(v, n) { return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2 }
    END {
        if (NR == 0) exit 1
        sort(value, NR); sort(ratio, NR)
        printf "bench configure-traced %.3f ms ratio=%.3f base=configure low=%.3f high=%.3f\n",
            median(value, NR), median(ratio, NR), ratio[1], ratio[NR]
    }'
