# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# kill, the native program (not the shell's own), against processes of a shell.
. "$TOP/tests/tap.sh"
need_program dash kill ps

gives "a caught signal arrives" 0 "got
0" "$run" dash -c 'trap "echo got" USR1; kill.exe -USR1 $$; echo $?'
gives "name, number and -s are the same" 0 "got
got
got" "$run" dash -c 'trap "echo got" USR1; kill.exe -s USR1 $$; kill.exe -30 $$; kill.exe -SIGUSR1 $$; :'
gives "an ignored signal does nothing" 0 "still here" \
    "$run" dash -c 'trap "" TERM; kill.exe $$; echo still here'
gives "TERM ends a process, its parent sees why" 0 143 \
    "$run" dash -c '(while :; do :; done) & p=$!; kill.exe $p; wait $p; echo $?'
gives "KILL too" 0 137 "$run" dash -c '(while :; do :; done) & p=$!; kill.exe -9 $p; wait $p; echo $?'
gives "a process that only computes, and has had no reason to listen, hears it" 0 "got
7" "$run" dash -c '(trap "echo got; exit 7" USR1; : >ready; while :; do :; done) & p=$!
    while [ ! -e ready ]; do :; done; kill.exe -USR1 $p; wait $p; echo $?'
gives "signal 0 asks" 0 "0 1" \
    "$run" dash -c 'kill.exe -0 $$; a=$?; (:) & p=$!; wait $p; kill.exe -0 $p 2>/dev/null; echo $a $?'
gives "a process group" 143 "" "$run" dash -c 'kill.exe -TERM -$$; echo not reached'
gives "-l translates" 0 "TERM
15" "$run" kill -l 15 TERM
private_tree
"$run" sh -c 'dash -c "while :; do :; done; :" & (while :; do :; done) & echo $$ >top; wait; wait' >/dev/null 2>&1 &
while ! [ -s top ] || [ "$("$run" ps | grep -c 'sh\.exe')" -lt 3 ]; do kill -0 $! || break; done
check "--tree: a process and all that it has started" sh -c '
    "$1" kill -v --tree -KILL $(tr -d "\r" <top) >sent && [ $(wc -l <sent) = 3 ]' sh "$run"
wait
"$run" dash -c 'while :; do :; done' &
until "$run" ps | grep -q dash; do kill -0 $! || break; done
check "by name" sh -c '"$1" kill -v -KILL dash | grep -q dash' sh "$run"
wait
check "-L is a table" sh -c '"$1" kill -L | grep -q " 1 HUP .* 2 INT .* 9 KILL\| 9 KILL"' sh "$run"
complains "no such process" 1 "99999: no such process" "$run" kill 99999
complains "no such signal" 2 "unknown option" "$run" kill -FOO 1
complains "no such signal by -s" 2 "not a signal" "$run" kill -s FOO 1
complains "no number" 1 "x: no such process" "$run" kill x
complains "nothing given" 2 "no process given" "$run" kill
finish
