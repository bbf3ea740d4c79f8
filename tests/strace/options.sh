# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# Options of strace that change what happens: injected results, signals and delays, -D, -u, --wait, --lossless.
. "$TOP/tests/tap.sh"
prog=$BUILD/tests/sdk/strace/prog-calls.exe
storm=$BUILD/tests/sdk/strace/prog-storm.exe
[ -f "$prog" ] && [ -f "$storm" ] || skip_all "not built: $prog, $storm"
prog=z:$prog storm=z:$storm
need_program strace dash
private_tree

# injected EXPR N: what the program saw, a word a call
injected() {
    "$run" strace -q --inject="$1" -o trace "$prog" "$2" </dev/null 2>err | tr -d '\r' | awk "{ printf \"%s \", \$$3 }"
}
gives 'inject: an error, the second time' 0 '0 -1 0 ' injected lseek:error=EIO:when=2 3 1
gives 'inject: a result' 0 '77 77 ' injected lseek:retval=77 2 1
gives 'inject: from the second to the fourth, every second' 0 '0 5 0 5 0 ' injected lseek:retval=5:when=2..4+2 5 1
gives 'inject: from the third on' 0 '0 0 5 5 ' injected lseek:retval=5:when=3+ 4 1
gives 'inject: a signal, and the call is made' 0 '0 1 1 ' injected lseek:signal=USR1:when=2 3 3
gives 'inject: a signal, and the call fails' 0 '-1 0 ' injected lseek:signal=SIGUSR1:error=EINTR:when=1 2 1
gives 'inject: a delay' 0 '- late - ' injected lseek:delay_enter=250000:when=2 3 4
check 'the trace says so' grep -q 'inject: lseek: .* delay 250000 us' trace
gives 'fault: ENOSYS unless one says otherwise' 0 '-1 ' sh -c "'$run' strace -q --fault=lseek -o trace '$prog' 1 2>err | awk '{ printf \"%s \", \$1 }'"
complains 'inject: what cannot be injected is refused' 2 'can be injected' "$run" strace -e inject=lseek:poke_enter=1 "$prog" 1
complains 'inject: an error that nobody knows' 2 'known' "$run" strace --inject=lseek:error=ENOTHING "$prog" 1
complains 'inject: no such time' 2 'when=' "$run" strace --inject=lseek:when=0 "$prog" 1
"$run" strace -f --inject=fork.map:signal=KILL -o trace dash -c '(exit 3); :' </dev/null >out 2>err
check 'inject: the child that is being made is killed' sh -c "grep -q 'inject: fork.map: signal SIGKILL' trace && grep -qi 'fork.*fail' trace"

"$run" strace -D -f -o d.txt "$prog" child go </dev/null >out 2>err
check '-D: ends with the exit status of the program' test $? = 7
check '-D: while a child of it lives on' sh -c "grep -q 'exit.*7' d.txt || ! grep -q 'status.*9' d.txt"
: >go
ended() {
    for i in $(seq 200); do
        grep -q 'child pid' d.txt && [ "$(grep -c '_exit(\|process: exit' d.txt)" -ge 2 ] && return
        sleep 0.05
    done
    tail -5 d.txt
    return 1
}
check '-D: the trace goes on to its end' ended

me=$("$run" dash -c 'echo "$USERNAME"' </dev/null 2>/dev/null | tr -d '\r')
gives '-u: oneself' 0 '0' sh -c "'$run' strace -q -u '${me:-$(id -un)}' -o trace '$prog' 1 2>err | cut -d' ' -f1"
complains '-u: a user that is not there' '126' 'cannot be started' sh -c "echo | '$run' strace -u no-such-user -o trace '$prog' 1"

cp "${prog#z:}" sooner.exe
"$run" strace --wait -p sooner -o w.txt </dev/null 2>w.err &
tracer=$!
for i in $(seq 200); do grep -q waiting w.err && break; sleep 0.05; done
"$run" ./sooner.exe 3 </dev/null >out 2>err
check '--wait: the program runs as ever' test "$(wc -l <out)" = 3
complains '--wait: one at a time for a name' 1 'already' "$run" strace --wait -p sooner
for i in $(seq 100); do grep -q 'exit' w.txt && break; sleep 0.05; done
kill -INT $tracer
wait $tracer
check '--wait: traced from its first event' sh -c "grep -q 'start' w.txt && test \$(grep -c 'lseek(' w.txt) = 3 && grep -q exit w.txt"
complains '--wait without -p' 2 'goes with -p' "$run" strace --wait "$prog" 1

"$run" strace --buffer=1 --lossless -c -o trace "$storm" 200000 </dev/null >out 2>err
check '--lossless: a small memory, and nothing is lost' sh -c "! grep -q lost err && grep -q '200000 .*lseek' trace"
finish
