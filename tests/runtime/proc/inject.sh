# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# Each stage of fork and exec fails once: fork is tried again or fails with the errno that was asked for,
# exec returns, and the event names the stage.
. "$TOP/tests/tap.sh"
need_program dash strace

# traced INJECT SCRIPT: output of the script in `out`, the trace in `trace`.
traced() {
    CYGWIN=inject:$1 "$run" strace -f --json -o trace dash -c "$2" >out 2>err </dev/null
}

for stage in create handles stop remap map collect resume child; do
    traced "fork.$stage=EAGAIN:1" '(exit 4); echo $?'
    check "fork goes on after a failure in $stage" grep -qx 4 out
    check "the event of the failure names $stage" jq -e -s --arg s "$stage" \
        'any(.event == "fork_failed" and .stage == $s)' trace
done
traced 'fork.own=EAGAIN:1' 'x=kept; (exit 4); echo $? $x'
check 'fork goes on when the parent could not have its own memory again' grep -qx '4 kept' out
check 'the event names remap, and the child ran' jq -e -s \
    'any(.event == "fork_failed" and .stage == "remap")' trace
traced 'fork.own=ENOMEM' 'x=kept; (exit 4); echo $x'
check 'the child is ended when it fails for good' jq -e -s \
    'any(.event == "fork" and .errno == "ENOMEM") and (any(.event == "fork_child_running") | not)' trace
traced fork.map=ENOMEM '(exit 4); echo $?'
check 'a fork that fails for good is reported' grep -q 'fork' err
check 'and leaves its errno' jq -e -s 'any(.event == "fork" and .errno == "ENOMEM")' trace

for stage in program create map start; do
    traced "exec.$stage=EACCES" 'dash -c "exit 3"; echo $?'
    check "a failure in $stage makes exec return" grep -qx '12[67]' out
    check "the event of exec's failure is there for $stage" jq -e -s 'any(.event == "exec_failed")' trace
done
finish
