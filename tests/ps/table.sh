# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# The process table as a native program reads it: while processes come and go, and while all are suspended.
. "$TOP/tests/tap.sh"

need_program ps kill
private_tree
cp "$BUILD/tests/sdk/ps/prog-storm.exe" storm.exe
root=z:$(printf %s "$tree" | tr / '\\')
table=$BUILD/tests/mingw/ps/win-table.exe

# begin ARG...: sets $group when all are there
begin() {
    rm -f ready
    "$run" "$PWD/storm.exe" "$@" </dev/null &
    host=$!
    while ! [ -e ready ]; do sleep 0.1; done
    group=$(tr -d '\r' <ready)
}

begin storm 4 20
"$run" "$table" "$root" storm 120 "$group" storm >out </dev/null
check "120 listings during a storm of forks: no half row, no pid twice" grep -q '^120 listings, .* 0 wrong' out
check "there were processes in them" sh -c '[ "$(sed -n "s/.*listings, \([0-9]*\) rows.*/\1/p" out)" -gt 300 ]'
cat out | tail -n 5 | sed 's/^/# /'
wait $host

begin crowd 20
"$run" "$table" "$root" suspend "$group" >out </dev/null
check "while all are suspended the table says the same" grep -q '^21 suspended, the same' out
"$run" ps >short.txt
"$run" ps -o pid,ppid,pgid,winpid,tty,s,stime,comm,wait >long.txt
check "the index and the sections tell the same" sh -c '
    for f in short long; do grep "storm.exe" $f.txt | awk "{ print \$1, \$2, \$3, \$4, \$5, \$6, \$8 }" >$f.rows; done
    [ $(wc -l <short.rows) = 21 ] && cmp short.rows long.rows'
"$run" kill -KILL -- "-$group"
wait $host
finish
