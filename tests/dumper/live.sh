# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# dumper on processes that run, wait, are stopped or do not exist; what it leaves behind.
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program dumper ps kill
private_tree
cp "$BUILD/tests/sdk/dumper/prog-crash.exe" crash.exe

# begin KIND: starts it, sets $pid and $winpid when it is where it should be
begin() {
    rm -f ready
    "$run" "$PWD/crash.exe" "$1" ready </dev/null >/dev/null 2>&1 &
    host=$!
    while ! [ -e ready ]; do sleep 0.1; done
    case $1 in
    spin) state=running ;;
    stop) state=stopped ;;
    *) state=sleeping ;;
    esac
    for i in $(seq 100); do
        "$run" ps --json >list
        pid=$(jq -r "select(.program | endswith(\"crash.exe\")) | select(.state == \"$state\") | .pid" list)
        [ "$pid" ] && break
    done
    winpid=$(jq -r "select(.pid == $pid) | .winpid" list)
}

finish_it() {
    "$run" kill -KILL "$pid"
    wait $host 2>/dev/null
}

# names KIND FUNCTION...: functions of its first thread, by pid, from innermost() on
names() {
    what=$1
    shift
    for f; do echo "$f"; done >expect
    "$run" dumper -b -J "$pid" >b.json 2>b.err
    jq -r '.threads[0].frames[].function' b.json | grep -A 99 -x innermost | head -n $# >got
    if cmp -s expect got; then
        pass "$what"
    else
        fail "$what" "$(cat b.err b.json)"
    fi
}

begin pause
names "a process in pause()" innermost middle main
check "what it waits for" jq -e '.threads[0].wait == "signal"' b.json
check "by Windows pid" sh -c '"$1" dumper -W -b -J "$2" | jq -e ".pid == $3"' sh "$run" "$winpid" "$pid"
check "a core by -o" "$run" dumper -q -o my.core "$pid"
check "a core of FILE PID" sh -c '"$1" dumper -n -d crash.exe "$2" && [ -s crash.exe.core ]' sh "$run" "$winpid"
check "the default name" sh -c '"$1" dumper "$2" && [ -s "$2.core" ]' sh "$run" "$pid"
check "--small is smaller" sh -c '"$1" dumper -q -s -o small.core "$2" &&
    [ $(stat -c %s small.core) -lt $(stat -c %s my.core) ]' sh "$run" "$pid"
check "--small has the same stack" sh -c '"$1" dumper -c -J small.core | jq -e "any(.threads[0].frames[]; .function == \"innermost\")"' sh "$run"
check "--limit is kept, stacks come first" sh -c '"$1" dumper -q -l 256k -o limit.core "$2" &&
    [ $(stat -c %s limit.core) -lt 2000000 ] &&
    "$1" dumper -c -J limit.core | jq -e "any(.threads[0].frames[]; .function == \"main\")"' sh "$run" "$pid"
check "a core is sparse" sh -c '[ $(($(stat -c %b my.core) * 512)) -lt $(stat -c %s my.core) ]'
check "--bundle" sh -c '"$1" dumper -q -B bundle "$2" && [ -s bundle/core ] && grep -q innermost bundle/report.txt &&
    jq -e .threads bundle/backtrace.json && jq -e -s "length > 0" bundle/events.jsonl' sh "$run" "$pid"
check "the process lives on" sh -c '"$1" ps --json -p "$2" | jq -e ".alive and .state == \"sleeping\""' sh "$run" "$pid"
check "events as text" sh -c '"$1" dumper -e "$2" | grep -q "started by"' sh "$run" "$pid"
complains "a folder that is not there" 1 "cannot be created" "$run" dumper -o no/such/folder/x "$pid"
check "--kill ends it" sh -c '"$1" dumper -q -k -o k.core "$2"' sh "$run" "$pid"
wait $host 2>/dev/null
check "it has ended" sh -c '! "$1" ps -p "$2"' sh "$run" "$pid"

begin pause
mv crash.exe crash.old && cp "$BUILD/tests/sdk/dumper/prog-sites.exe" crash.exe # an update
"$run" dumper -b "$pid" >b.txt
check "a program that was updated: said so" grep -q 'warning: .*crash.exe is another build' b.txt
check "no name of the other build" sh -c '! grep -q "crash.exe:\|prog-sites" b.txt'
check "the names of other images" grep -q ' in pause' b.txt
check "as JSON" sh -c '"$1" dumper -b -J "$2" | jq -e "(.replaced | length) == 1 and (.threads | length) > 0"' sh "$run" "$pid"
"$run" dumper -q -o updated.core "$pid"
check "in a core too" sh -c '"$1" dumper -c -b updated.core | grep -q "warning: .*crash.exe is another build"' sh "$run"
mv crash.old crash.exe
check "the right file is back" sh -c '! "$1" dumper -b "$2" | grep -q warning:' sh "$run" "$pid"
finish_it

begin spin
names "a process that computes" innermost middle main
finish_it
begin stop
names "a stopped process" innermost middle main
finish_it
begin nested
names "a handler on top of a call: the call's caller is found" innermost middle waiting_handler
jq -r '.threads[0].frames[].function' b.json >all
check "up to main" sh -c 'grep -A 99 -x waiting_handler all | grep -A 99 -x read | grep -A 1 -x reader | grep -qx main'
finish_it

complains "no such process" 1 "no such process" "$run" dumper 999999
complains "no number" 1 "not a process id" "$run" dumper nonsense
complains "nothing given" 2 "no process given" "$run" dumper
complains "a wrong size" 2 "not a size" "$run" dumper -l 5x 1
finish
