# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# Processes that wait inside ntdll, compute, or are stopped, with more threads that read, wait for a lock and
# sleep: the stacks of all threads, by dumper from the process and from a core, and by gdb from the core.
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program dumper ps kill
gdb=$(command -v x86_64-w64-mingw32-gdb)
private_tree
wine=/usr/lib/x86_64-linux-gnu/wine/x86_64-windows
cp "$BUILD/tests/sdk/dumper/prog-sites.exe" sites.exe

# TID FUNCTION LINE of all frames in our source, sorted by thread
by_dumper() {
    jq -r '.threads[] | .tid as $t | .frames[] | select(.file // "" | endswith("prog-sites.c")) |
        "\($t) \(.function) \(.line)"' | tr -d '\r' | sort -s -n -k 1,1
}
by_gdb() {
    perl -ne '$t = hex $1 if /^Thread \d+ \(Thread (0x[0-9a-f]+)/;
        print "$t $1 $2\n" if defined $t and /^#\d+ +(?:0x[0-9a-f]+ in )?(\w+) \(.*\) at .*prog-sites\.c:(\d+)$/' | sort -s -n -k 1,1
}

# functions that have to be there, however often
known='reader locker sleeper hang main'

# until STATE: sets $pid when the process is in that state
until_state() {
    pid=
    until [ "$pid" ]; do
        pid=$("$run" ps --json | jq -r "select(.program | endswith(\"sites.exe\")) | select(.state == \"$1\") | .pid")
        kill -0 $host || break
    done
}

for how in pause spin stop; do
    rm -f ready
    case $how in spin) arg=spin ;; *) arg=pause ;; esac
    "$run" "$PWD/sites.exe" $arg hang ready </dev/null >/dev/null 2>&1 &
    host=$!
    while ! [ -e ready ]; do kill -0 $host || break; sleep 0.1; done
    case $how in spin) until_state running ;; *) until_state sleeping ;; esac
    # the threads have to be where they wait
    until [ "$("$run" ps --json --threads -p "$pid" | jq '[.thread_list[] | select(.wait != "")] | length')" -ge 4 ]; do
        kill -0 $host || break
    done
    if [ $how = stop ]; then
        "$run" kill -STOP "$pid"
        until_state stopped
    fi
    "$run" dumper -q -o it.core "$pid"
    "$run" dumper -b -J "$pid" | by_dumper >live
    "$run" dumper -c -J it.core | by_dumper >core
    for f in $known; do grep -q " $f " core || echo "$f"; done >missing
    [ -s missing ] && fail "$how: all threads are there" "missing: $(cat missing)" "$(cat core)" || pass "$how: all threads are there"
    check "$how: two readers" sh -c '[ "$(grep -c " reader " core)" = 2 ]'
    check "$how: the process and its core tell the same" cmp live core
    if [ "$gdb" ]; then
        "$gdb" -batch -nx -ex 'set target-file-system-kind dos-based' -ex 'set sysroot /' -ex 'set width 0' \
            -ex "set solib-search-path $tree/bin:$PWD:$wine" -ex 'file sites.exe' -ex 'core it.core' \
            -ex 'thread apply all bt' >gdb.out 2>&1
        by_gdb <gdb.out >gdb.lines
        check "$how: gdb tells the same" cmp gdb.lines core
    else
        skip "$how: gdb tells the same" "no gdb for mingw"
    fi
    "$run" kill -KILL "$pid"
    wait $host 2>/dev/null
done
finish
