# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# A minidump is written, and lldb reads its threads, registers and modules.
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program dumper ps kill
private_tree
cp "$BUILD/tests/sdk/dumper/prog-crash.exe" crash.exe
"$run" "$PWD/crash.exe" pause ready </dev/null >/dev/null 2>&1 &
while ! [ -e ready ]; do sleep 0.1; done
until pid=$("$run" ps --json | jq -r 'select(.program | endswith("crash.exe")) | select(.state == "sleeping") | .pid') &&
    [ "$pid" ]; do :; done

check "a minidump is written" "$run" dumper -q -m -o it.dmp "$pid"
check "it is one" sh -c '[ "$(head -c 4 it.dmp)" = MDMP ]'
check "the default name" sh -c '"$1" dumper -q -m "$2" && [ -s "$2.dmp" ]' sh "$run" "$pid"
"$run" dumper -b -J "$pid" >b.json
check "the process lives on" sh -c '"$1" ps -p "$2" | grep -q crash' sh "$run" "$pid"
lldb=$(command -v lldb || command -v lldb-14)
if [ "$lldb" ]; then
    "$lldb" -b -o 'target create --core it.dmp' -o 'thread list' -o 'image list' -o 'register read rip rsp' \
        </dev/null >lldb.out 2>&1
    check "lldb has all its threads" sh -c '
        for t in $(jq -r ".threads[].tid" b.json); do grep -qi "tid = 0x0*$(printf %x $t)\b" lldb.out || exit 1; done'
    check "and its modules" sh -c 'grep -q "crash.exe" lldb.out && grep -q "isthmus1.dll" lldb.out'
    check "the registers are the right ones" sh -c '
        rip=$(jq -r ".threads[0].frames[0].address" b.json) && grep -qi "rip = 0x0*${rip#0x}\b" lldb.out'
else
    skip "lldb reads it" "no lldb"
fi
"$run" kill -KILL "$pid"
wait
finish
