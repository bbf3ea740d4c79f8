# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# Crashes of all kinds with CYGWIN=error_start=dumper: the core that results, as gdb and as dumper read it.
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program dumper
private_tree
cp "$BUILD/tests/sdk/dumper/prog-crash.exe" crash.exe
gdb=$(command -v x86_64-w64-mingw32-gdb)
wine=/usr/lib/x86_64-linux-gnu/wine/x86_64-windows

# crash KIND: leaves crash.exe.core and sets $status
crash() {
    rm -f crash.exe.core
    CYGWIN="error_start=dumper" "$run" "$PWD/crash.exe" "$@" >crash.out 2>crash.err
    status=$?
}

# frames SELECTOR: names of functions of the first thread, one a line
frames() {
    "$run" dumper -c -J crash.exe.core >core.json
    jq -r '.threads[0].frames[].function' core.json | tr -d '\r'
}

# stack KIND STATUS SIGNAL FUNCTION...: the innermost functions of the program, in order
stack() {
    kind=$1 want=$2 signal=$3
    shift 3
    crash "$kind"
    [ "$status" = "$want" ] && pass "$kind: status $want" || fail "$kind: status $want" "it is $status" "$(cat crash.err)"
    frames >names
    check "$kind: the core says signal $signal" jq -e ".signal == $signal" core.json
    for f; do echo "$f"; done >expect
    grep -A 99 -x innermost names | head -n $# >got
    if cmp -s expect got; then
        pass "$kind: the stack by dumper"
    else
        fail "$kind: the stack by dumper" "$(cat names)"
    fi
    [ "$gdb" ] || { skip "$kind: the stack by gdb" "no gdb for mingw"; return; }
    "$gdb" -batch -nx -ex 'set target-file-system-kind dos-based' -ex 'set sysroot /' \
        -ex "set solib-search-path $tree/bin:$wine" -ex 'file crash.exe' -ex 'core crash.exe.core' -ex bt \
        >gdb.out 2>&1
    sed -n 's/^#[0-9]* *\(0x[0-9a-f]* in \)\{0,1\}\([A-Za-z_0-9]*\) (.*/\2/p' gdb.out | tail -n +2 |
        grep -A 99 -x innermost | head -n $# >got
    if cmp -s expect got; then
        pass "$kind: the stack by gdb"
    else
        fail "$kind: the stack by gdb" "$(cat gdb.out)"
    fi
}

stack segv 139 11 innermost middle main
check "the line of the fault is right" \
    jq -e '.threads[0].frames[0] | .line == 26 and (.file | endswith("prog-crash.c"))' core.json
check "its argument too" jq -e '.threads[0].frames[0].args | contains("\"segv\", number=42")' core.json
check "the address of the fault is told" jq -e '.fault_address == "0x0"' core.json
check "the core has the program's arguments, descriptors, memory and events" sh -c '
    "$1" dumper -c crash.exe.core >text && grep -q "arguments:.* \"segv\"" text &&
    grep -q "^   0 null" text && grep -q "rw- private" text && grep -q "fault.*SIGSEGV\|SIGSEGV fault" text' sh "$run"
stack fpe 136 8 innermost middle main
stack ill 132 4 innermost middle main
stack abort 134 6 innermost middle main
stack threads 139 11 innermost middle crasher
check "threads: the one that crashed is first, another one waits for its pipe" \
    jq -e '.threads | length == 3 and any(.[1:][]; .wait == "read of descriptor 3, pipe")' core.json
stack handler 139 11 innermost middle handler
stack deep 139 11 innermost middle deep deep deep deep deep deep
check "deep: 500 calls are there" sh -c 'jq ".threads[0].frames | length" core.json >n
    "$1" dumper -c -J --frames 2000 crash.exe.core | jq -e "[.threads[0].frames[] | select(.function == \"deep\")] | length == 501"' sh "$run"
stack child 11 11 innermost middle main
crash jump
frames >names
check "a jump to nowhere: the caller is found" sh -c 'sed -n 2p names | grep -qx innermost'
: >empty
complains "a file that is no core" 1 "no ELF file" "$run" dumper -c crash.exe
complains "an empty core" 1 "cannot be read" "$run" dumper -c empty
head -c 5000 crash.exe.core >short
check "a core that was cut short: no crash" sh -c '"$1" dumper -c short >/dev/null' sh "$run"
finish
