# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# What strace writes: filters, tables, scripts, programs that exec, losses, outputs that fail.
. "$TOP/tests/tap.sh"
need_program strace dash

gives 'a category alone' 0 'x' "$run" strace -f -e fork -o t dash -c '(echo x); :'
check 'only forks are in it' sh -c "grep -q 'fork: done' t && ! grep -v 'fork' t"
gives 'one call by name' 0 '' "$run" strace -e trace=getppid -o t dash -c :
check 'only that call is in it' sh -c "grep -q 'getppid() = ' t && ! grep -v 'getppid' t"
gives 'all but one call' 0 '' "$run" strace -e 'trace=!getppid' -o t dash -c :
check 'that call is not in it' sh -c "grep -q 'getpid() = ' t && ! grep -q 'getppid' t"

gives 'without -f, children are not traced' 3 '' "$run" strace -o t dash -c '(exit 1); exit 3'
check 'lines have no pid' sh -c "! grep -q '^.pid' t && ! grep -q 'child pid .* running' t && grep -q 'exited with 3' t"
gives 'with -f they are' 3 '' "$run" strace -f -o t dash -c '(exit 1); exit 3'
check 'and every line has one' sh -c "! grep -v '^.pid  *[0-9]*\\] ' t && grep -q 'child pid .* running' t && grep -q 'exited with 1' t"

gives 'counts' 0 '' "$run" strace -c -o t dash -c ':'
check 'a table' sh -c "grep -q '% time' t && grep -q 'total' t && grep -q 'getpid' t"
"$run" strace -f --summary -o t dash -c '(exit 4); :' 2>err >out </dev/null
check 'the summary has processes and forks' sh -c "grep -q 'exited with 4' err && grep -q 'processes: 2' err && grep -q 'whole call' err"

printf '#!/bin/dash -e\necho script "$1"\n' >script
chmod +x script
gives 'a script runs through its interpreter' 0 'script arg' "$run" strace -o t ./script arg
printf '#!/no/such/interpreter\n' >script
complains 'a missing interpreter is named' 127 'interpreter' "$run" strace -o t ./script

gives 'exec stays in the trace' 5 '' "$run" strace -o t dash -c 'exec dash -c "exit 5"'
check 'of the new program as well' sh -c "grep -q 'started by exec' t && grep -q 'exited with 5' t"

storm=$BUILD/tests/sdk/strace/prog-storm.exe
if [ -f "$storm" ]; then
    gives '50000 marks and calls' 0 '50000' "$run" strace --json -o t "z:$storm" 50000
    check 'each is there once, in order' sh -c \
        "grep '\"user_number\"' t | sed 's/.*\"number\":\\([0-9]*\\).*/\\1/' >n; seq 0 49999 | cmp - n"
    check 'none was lost' sh -c "! grep -q '\"lost' t"
else
    skip 'many events' "no $storm"
fi

# A pipe that is closed: the program goes on, strace says so.
"$run" strace dash -c 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); getopts a x; cd /; done; echo end' \
    2>&1 >out </dev/null | head -n 2 >head
check 'a closed pipe: the program ends as it would' grep -q end out
if [ -c /dev/full ]; then
    "$run" strace -o /cygdrive/z/dev/full dash -c 'echo end' >out 2>err </dev/null
    status=$?
    check 'a full disk is said in words, status 1' sh -c "[ $status = 1 ] && grep -q end out && grep -q 'full' err"
fi
finish
