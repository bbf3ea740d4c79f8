# SPDX-License-Identifier: BSD-2-Clause
# timeout: 1800
# Faults of all kinds at all kinds of places with CYGWIN=error_start=dumper: the stack of the core as gdb
# and as dumper tell it is the known one, functions and lines, and the flight recorder in it decodes. Each
# fault and each place once; all pairs of them with SITES=all, some with SITES="FAULT@PLACE ...".
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program dumper
gdb=$(command -v x86_64-w64-mingw32-gdb)
private_tree
wine=/usr/lib/x86_64-linux-gnu/wine/x86_64-windows
cp "$BUILD/tests/sdk/dumper/prog-sites.exe" sites.exe
cat >dll.c <<'END'
#include "faults.h"
int dll_middle(const char *what) { return fault_of(what)(13) + 1; }
END
"$BUILD/sdk/bin/x86_64-pc-cygwin-gcc" -shared -g -O1 -I"$SRCDIR" -o sitesdll.dll dll.c ||
    fail "the DLL is built"

faults='read write constant divide trap address protected abort raise jump'
places='main thread crowd deep handler interrupt dll child childthread fork forked sort'

# The program's functions on the stack at a place, from the one that calls the fault
stack_of() {
    case $1 in
    thread | crowd | childthread) echo middle thread_main ;;
    deep) echo middle; for i in $(seq 301); do echo deep; done; echo at main ;;
    handler) echo middle on_signal at main ;;
    interrupt) echo middle on_signal reader at main ;;
    dll) echo dll_middle in_dll at main ;;
    child) echo middle in_child at main ;;
    fork | forked) echo middle before_fork in_child at main ;;
    sort) echo middle compare at main ;;
    *) echo middle at main ;;
    esac | tr ' ' '\n'
}

# FUNCTION LINE of the frames of our sources; dumper's JSON, gdb's text
by_dumper() {
    jq -r '.threads[0].frames[] | select(.file // "" | test("prog-sites.c$|faults.h$|dll.c$")) |
        "\(.function) \(.line)"' | tr -d '\r'
}
by_gdb() {
    sed -n 's/^#[0-9]* *\(0x[0-9a-f]* in \)\{0,1\}\([A-Za-z_0-9]*\) (.*) at \(.*\):\([0-9]*\)$/\2 \4 \3/p' |
        sed -n 's/ [^ ]*\(prog-sites\.c\|faults\.h\|dll\.c\)$//p'
}

one() {
    fault=$1 place=$2 name="$1 at $2"
    rm -f sites.exe.core
    CYGWIN="error_start=dumper" "$run" "$PWD/sites.exe" "$fault" "$place" ./sitesdll.dll >out 2>err </dev/null
    status=$?
    [ -s sites.exe.core ] || { fail "$name: a core is written" "status $status" "$(cat out err)"; return; }
    "$run" dumper -c -J --frames 1000 sites.exe.core >core.json
    by_dumper <core.json >dumper.lines
    line=$(grep -n "@$fault " "$SRCDIR/faults.h" | sed 's/:.*//')
    { echo "fault_$fault" | sed 's/fault_constant/&_write/'; stack_of "$place"; } >known
    if ! cut -d ' ' -f 1 dumper.lines | cmp -s - known; then
        fail "$name: the stack by dumper" "$(diff dumper.lines known)" "$(head -c 3000 core.json)"
    elif [ "$(sed -n '1s/.* //p' dumper.lines)" != "$line" ]; then
        fail "$name: the stack by dumper" "the line of the fault is $line, dumper says: $(head -n 1 dumper.lines)"
    else
        pass "$name: the stack by dumper"
    fi
    "$run" dumper -c -e -J sites.exe.core >events.json
    check "$name: the recorder in the core decodes" \
        jq -e -s 'all(.[]; .event and .pid) and any(.[]; .category == "signal")' events.json
    [ "$gdb" ] || { skip "$name: the stack by gdb" "no gdb for mingw"; return; }
    "$gdb" -batch -nx -ex 'set target-file-system-kind dos-based' -ex 'set sysroot /' -ex 'set width 0' \
        -ex "set solib-search-path $tree/bin:$PWD:$wine" -ex 'file sites.exe' -ex 'core sites.exe.core' -ex 'echo \n=====\n' -ex bt \
        >gdb.out 2>gdb.err
    sed '1,/^=====$/d' gdb.out | by_gdb >gdb.lines
    if cmp -s gdb.lines dumper.lines; then
        pass "$name: the stack by gdb is the same"
    else
        fail "$name: the stack by gdb is the same" "$(diff gdb.lines dumper.lines)" "$(head -n 40 gdb.out)"
    fi
}

n=0
case $SITES in
*@*)
    for site in $SITES; do
        one "${site%@*}" "${site#*@}"
    done
    finish
    exit
    ;;
esac
if [ "$SITES" = all ]; then
    for fault in $faults; do
        for place in $places; do
            one "$fault" "$place"
        done
    done
else
    set -- $faults
    for place in $places; do
        one "$1" "$place"
        shift
        [ $# -gt 0 ] || set -- $faults
    done
fi
finish
