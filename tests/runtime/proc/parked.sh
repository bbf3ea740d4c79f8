# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# CYGWIN=fork:parked: which forks find their prepared child, why others do not, and that it goes with its
# owner however that ends.
. "$TOP/tests/tap.sh"
need_program strace ps kill
prog=$BUILD/tests/sdk/runtime/proc/prog-parked.exe
export CYGWIN=fork:parked

"$run" strace -f --json -e fork -o trace "/cygdrive/z$prog" >out 2>err </dev/null
check 'all children see what they should' sh -c '! grep -v "^eof" out | grep -v " 7$"'
check 'six forks' [ "$(grep -vc ^eof out)" = 6 ]
check 'no prepared child keeps a pipe open' grep -qx 'eof 0' out
what() {
    jq -r 'select(.event == "fork_parked" and .what == "'"$1"'") | .reason' trace
}
check 'the first fork has none' [ "$(what missed | head -n 1)" = 'none was made yet' ]
check 'three forks found one' [ "$(what hit | wc -l)" = 3 ]
check 'a changed environment is a miss' sh -c "echo '$(what missed)' | grep -q 'environment changed'"
check 'so is a changed directory' sh -c "echo '$(what missed)' | grep -q 'directory changed'"
check 'fork_begin names the scheme' jq -e -s 'any(.event == "fork_begin" and .how == "parked")' trace

# inject STAGE: making it fails, and fork works nevertheless
for stage in create map child; do
    CYGWIN="fork:parked inject:parked.$stage=EAGAIN" "$run" strace -f --json -e fork -o trace "/cygdrive/z$prog" >out 2>err </dev/null
    check "a failure to $stage it: forks work" [ "$(grep -c ' 7$' out)" = 6 ]
    check "and the event names the stage $stage" sh -c "echo '$(what failed)' | grep -qx $stage"
done

# All Windows processes of the test program in this build, as the host shows them.
ours() {
    grep -alE "$(printf %s "${prog%d.exe}" | tr / .)[d].exe" /proc/[0-9]*/cmdline 2>/dev/null | wc -l
}
# become N: there are N of them, soon.
become() {
    tries=200
    while [ "$(ours)" != "$1" ]; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
    done
}
check 'nothing is left of those before' become 0
for how in '-9' '-15' '-f -9'; do
    [ -p said ] || mkfifo said
    "$run" "$prog" wait >said </dev/null &
    while read -r line && [ "${line%?}" != waiting ] && [ "$line" != waiting ]; do :; done <said
    check "before kill $how there are two" become 2
    "$run" ps -e >list
    pid=$(awk '/prog-parked/ { print $1; exit }' list)
    check "ps lists the one to kill $how" [ -n "$pid" ] || {
        cat list
        pid=$("$run" ps -e | awk '/prog-parked/ { print $1; exit }')
    }
    # shellcheck disable=SC2086
    "$run" kill $how "$pid"
    wait
    check "no process is left after kill $how" become 0
done
finish
