# SPDX-License-Identifier: BSD-2-Clause
# timeout: 600
# strace --why names what failed, its stage and its cause, from traces and from kept recorders; it says
# nothing where it knows nothing. Failures of the system are made by CYGWIN=inject. WHY_TIMES=50 repeats.
. "$TOP/tests/tap.sh"
prog=$BUILD/tests/sdk/strace/prog-crash.exe
[ -f "$prog" ] || skip_all "not built: $prog"
win=z:$prog # strace takes POSIX names for those of its tree
need_program strace dash

# verdict NAME RULE CYGWIN COMMAND...: traces the command; the verdict has to be RULE, with evidence.
verdict() {
    name=$1 rule=$2 cygwin=$3
    shift 3
    for i in $(seq "${WHY_TIMES:-1}"); do
        rm -f t.json
        CYGWIN=$cygwin "$run" strace -f --json -o t.json "$@" </dev/null >out 2>err
        "$run" strace --json --why t.json </dev/null >why 2>err.why
        got=$(jq -r .verdict why)
        [ "$got" = "$rule" ] || { fail "$name: $rule, not $got (try $i)" "$(cat err err.why; tail -n 20 t.json)"; return; }
    done
    check "$name: $rule" test "$(jq '.evidence | length > 0' why)" = true
}

mkdir -p folder/inside
forks='(exit 1); (exit 2)'
verdict 'no memory for a process' fork-create-memory inject:fork.create=ENOMEM dash -c "$forks"
verdict 'a process is refused' fork-create-denied inject:fork.create=EACCES dash -c "$forks"
verdict 'the program was removed' fork-create-program-gone inject:fork.create=ENOENT dash -c "$forks"
verdict 'some other resource' fork-create-busy inject:fork.create=EAGAIN dash -c "$forks"
verdict 'an error of no rule of its own' fork-create inject:fork.create=EIO dash -c "$forks"
verdict 'handle quota' fork-handles-quota inject:fork.handles=EMFILE dash -c "$forks"
verdict 'handles: no memory' fork-handles-memory inject:fork.handles=ENOMEM dash -c "$forks"
verdict 'threads cannot be stopped' fork-stop inject:fork.stop=EACCES dash -c "$forks"
verdict 'no memory to remap' fork-remap-memory inject:fork.remap=ENOMEM dash -c "$forks"
verdict 'an address is occupied' fork-map-occupied inject:fork.map=EADDRINUSE dash -c "$forks"
verdict 'no memory to map' fork-map-memory inject:fork.map=ENOMEM dash -c "$forks"
verdict 'nothing can be collected' fork-collect inject:fork.collect=ENOMEM dash -c "$forks"
verdict 'the child cannot be resumed' fork-resume inject:fork.resume=EACCES dash -c "$forks"
verdict 'the child dies' fork-child-crashed inject:fork.child=EAGAIN dash -c "$forks"
verdict 'exec: refused' exec-create-denied inject:exec.create=EACCES dash -c '/usr/bin/dash -c :; exit 1'
verdict 'exec: nothing can be handed over' exec-map inject:exec.map=ENOMEM dash -c '/usr/bin/dash -c :; exit 1'
verdict 'exec: the new program crashes' exec-crashed inject:exec.start=EAGAIN dash -c '/usr/bin/dash -c :; exit 1'
verdict 'exec: no such program' exec-not-found '' dash -c 'exec /no/such/program'
verdict 'null pointer' crash-null '' "$win" null
verdict 'wild pointer' crash-access '' "$win" wild
verdict 'jump to nowhere' crash-jump '' "$win" jump
verdict 'division by zero' crash-divide '' "$win" divide
verdict 'illegal instruction' crash-illegal '' "$win" illegal
verdict 'abort' aborted '' "$win" abort
verdict 'the stack is full, in a child' crash-stack '' "$win" child stack
verdict 'a signal of its own' signal-self '' "$win" self
verdict 'killed by another process' signal-other '' "$win" kill 9
verdict 'SIGTERM of another process' signal-other '' "$win" kill 15
verdict 'broken pipe' broken-pipe '' "$win" pipe
verdict 'alarm' alarm '' "$win" alarm
verdict 'no such file' call-not-found '' "$win" open /no/such/file
verdict 'a file is no folder' call-not-a-folder '' "$win" open /usr/bin/dash.exe/x
verdict 'is there already' call-exists '' "$win" mkdir /usr
verdict 'a folder is not empty' call-not-empty '' "$win" rmdir folder
verdict 'too many files' call-many-files '' "$win" files

# not known when the rules were written
verdict 'links in a circle' call-loop '' "$win" loop
verdict 'nobody listens' call-refused '' "$win" connect
verdict 'no answer' call-timed-out inject:call.connect=ETIMEDOUT "$win" connect
verdict 'no way there' call-unreachable inject:call.connect=ENETUNREACH "$win" connect
verdict 'the disk is full' call-no-space '' dash -c 'echo x >/dev/full || exit 1'
verdict 'a file system that cannot be written' call-read-only inject:call.mkdir=EROFS "$win" mkdir nodir
verdict 'somebody has it open' call-busy inject:call.rmdir=EBUSY "$win" rmdir folder
verdict 'a name that is too long' call-name-too-long '' "$win" open "$(printf 'x%.0s' $(seq 300))"
for stage in handles stop remap map collect resume child; do
    verdict "the child is killed in stage $stage" fork-child-killed inject:fork.$stage=sig.KILL dash -c "$forks"
done
cc=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc
echo 'int f(void) { return 1; }' >f.c
echo 'int g(void) { return 1; }' >g.c
echo 'int f(void); int main(void) { return f(); }' >main.c
if "$cc" -shared -o cygwhy.dll f.c -Wl,--out-implib,libwhy.dll.a 2>cc.err && "$cc" -o needs.exe main.c -L. -lwhy 2>cc.err; then
    mv cygwhy.dll away.dll
    verdict 'a DLL is missing' exec-dll-missing '' dash -c './needs.exe; exit 1'
    "$cc" -shared -o cygwhy.dll g.c
    verdict 'a DLL lacks a function' start-entry-missing '' dash -c './needs.exe; exit 1'
else
    fail 'a program with a DLL is built' "$(cat cc.err)"
fi

echo '{}' >bad.json
"$run" strace --why bad.json </dev/null >why 2>err.why
check 'a file that is no trace is refused' test $? = 1

"$run" dash -c "$(printf %s "$prog" | sed 's|^|/cygdrive/z|') null; :" </dev/null >out 2>&1
"$run" strace --why last --json </dev/null >why 2>err.why
check 'the recorder of a crash without a tracer' test "$(jq -r .verdict why)" = crash-null
check 'with its registers and frames' sh -c "jq -r '.evidence[].event' why | grep -q 'rip 0x' && jq -r '.evidence[].event' why | grep -q '#0 .*prog-crash.exe'"

"$run" strace --json -o ok.json dash -c : </dev/null 2>err
"$run" strace --json --why ok.json </dev/null >why
check 'nothing is said to have failed that has not' test "$(jq -r .verdict why)" = nothing
finish
