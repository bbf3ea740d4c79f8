# SPDX-License-Identifier: BSD-2-Clause
# timeout: 240
# gdb on a program, on a process and on a core: breakpoints, stacks, signals, our commands.
. "$TOP/tests/tap.sh"

command -v x86_64-w64-mingw32-gdb >/dev/null || skip_all "no gdb for mingw"
[ -f /usr/share/win64/gdbserver.exe ] || skip_all "no gdbserver for mingw"
need_program dumper ps
private_tree
cp "$BUILD/isthmus-gdb" "$BUILD/isthmus.py" build/
cp "$BUILD/tests/sdk/dumper/prog-crash.exe" crash.exe
gdb=$PWD/build/isthmus-gdb

"$gdb" -batch -ex 'break middle' -ex continue -ex 'print number' -ex bt -ex 'info posix-processes' \
    -ex 'info posix-fds' -ex 'info posix-signals' -ex 'info posix-threads' -ex 'info trace 5' -ex continue -ex bt \
    -ex kill crash.exe segv </dev/null >run.out 2>&1
check "a breakpoint with its argument" grep -q '^\$1 = 21' run.out
check "the stack there" grep -q '^#1 .* main (argc=2' run.out
check "info posix-processes" grep -q 'crash.exe segv' run.out
check "info posix-fds" grep -q 'fd *3 r *pipe' run.out
check "info posix-signals" grep -q 'BLOCKED' run.out
check "info posix-threads" grep -q 'thread [0-9]* runs' run.out
check "info trace" grep -q 'dll: loaded\|started by' run.out
check "the fault arrives as SIGSEGV" grep -q 'SIGSEGV' run.out
check "in the function that has it" grep -q 'innermost (kind=.*"segv"' run.out

"$run" "$PWD/crash.exe" pause ready </dev/null >/dev/null 2>&1 &
while ! [ -e ready ]; do sleep 0.1; done
until pid=$("$run" ps --json | jq -r 'select(.program | endswith("crash.exe")) | select(.state == "sleeping") | .pid') &&
    [ "$pid" ]; do :; done
"$gdb" -batch -ex 'thread apply all bt' -ex detach -p "$pid" </dev/null >attach.out 2>&1
check "a process: its stack through the runtime to the program" \
    sh -c 'grep -A 9 " pause ()" attach.out | grep -A 3 " innermost (" | grep -q " main ("'
check "it lives on after detach" sh -c '"$1" ps -p "$2" | grep -q crash' sh "$run" "$pid"
"$run" dumper -q -o it.core "$pid"
"$run" kill -KILL "$pid"
wait
"$gdb" -batch -ex bt -ex 'info posix-fds' -ex 'info trace 3' -c it.core </dev/null >core.out 2>&1
check "a core: its stack" sh -c 'grep -A 9 " pause ()" core.out | grep -A 3 " innermost (" | grep -q " main ("'
check "its descriptors" grep -q '3 pipe' core.out
check "its events" grep -q 'dll: loaded\|started by' core.out
complains "a program that is not there" 1 "no such program" "$gdb" nonsense
finish
