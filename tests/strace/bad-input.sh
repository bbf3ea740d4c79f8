# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# What strace says when it is used wrongly, and that it loses nothing.
. "$TOP/tests/tap.sh"
need_program strace dash

complains 'an unknown option is named' '1|2' 'nonesuch' "$run" strace --nonesuch dash -c :
complains 'an unknown short option is named' '1|2' 'Q' "$run" strace -Q dash -c :
complains 'no command' '1|2' '.' "$run" strace
complains 'a missing program is named' '127' 'no-such-program' "$run" strace no-such-program
echo 'not a program' >junk
chmod +x junk
complains 'a program that is none is named' '126' 'junk' "$run" strace ./junk
mkdir dir
complains 'a directory is no program' '126' 'dir' "$run" strace ./dir
complains 'an unwritable output file is named' '1|2' 'no/dir/out' "$run" strace -o no/dir/out dash -c :
complains 'an unknown category is named' '1|2' 'nonesuch' "$run" strace -e nonesuch dash -c :
complains 'an option without its value is named' '1|2' '.' "$run" strace -o
gives "the program's exit status is passed on" 7 '' "$run" strace -o t dash -c 'exit 7'
check 'the output file has the exit' grep -q 'exit' t

# A program of Windows itself knows nothing of us: said in words, exit status kept.
"$run" strace -o t2 cmd /c 'exit 3' >out 2>err </dev/null
[ $? = 3 ] && pass 'a program of another runtime: its status is passed on' ||
    fail 'a program of another runtime: its status is passed on' "$(cat err)"

# Ctrl-C in the middle: what was recorded is written.
"$run" strace -f -o t3 dash -c 'echo begun >flag; (exit 1); while :; do :; done' </dev/null >out 2>err &
pid=$!
n=0
while [ ! -s flag ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n + 1)); done
kill -INT $pid
wait $pid
status=$?
if [ $status != 0 ] && grep -q 'fork' t3; then
    pass 'an interrupt: what was recorded is in the file'
else
    fail 'an interrupt: what was recorded is in the file' "status $status" "$(cat err)" "$(tail -n 5 t3)"
fi
finish
