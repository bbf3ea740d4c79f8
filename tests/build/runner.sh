# SPDX-License-Identifier: BSD-2-Clause
# tests/run itself: counting, plans, exit statuses, time limits, processes left behind.
. "$TOP/tests/tap.sh"

mkdir -p t/tests/x
cd t || exit 1
mk() { cat >"tests/x/$1.sh"; }
no_process() { ! cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" " " | grep -q "$1"; }
# last line and status of the runner over tests whose name contains $1
result() {
    "$TOP/tests/run" -d . "$1" >out 2>&1
    echo "$? $(tail -n 1 out)"
}

mk good <<'E2'
echo 'ok 1 - a'; echo 'ok 2 - b # SKIP no such thing here'; echo 1..2
E2
gives 'passed and skipped are counted' 0 '0 1 passed, 0 failed, 1 skipped' result good
check 'the reason of a skip is shown' grep -q 'no such thing here' out
mk bad <<'E2'
echo 'ok 1 - a'; echo '# why'; echo 'not ok 2 - broken thing'; echo 1..2; exit 1
E2
gives 'failed are counted, status 1' 0 '1 1 passed, 1 failed' result bad
check 'what failed is shown with its output' sh -c 'grep -q "broken thing" out && grep -q "# why" out'
mk short <<'E2'
echo 'ok 1 - a'
E2
gives 'a missing plan fails' 0 '1 1 passed, 1 failed' result short
mk plan <<'E2'
echo 1..3; echo 'ok 1 - a'
E2
gives 'a plan that is not kept fails' 0 '1 1 passed, 1 failed' result plan
mk status <<'E2'
echo 'ok 1 - a'; echo 1..1; exit 5
E2
gives 'an exit status alone fails' 0 '1 1 passed, 1 failed' result status
mk killed <<'E2'
echo 'ok 1 - a'; echo 1..1; kill -SEGV $$
E2
gives 'death by a signal fails' 0 '1 1 passed, 1 failed' result killed
mk slow <<'E2'
# timeout: 1
(setsid sleep 1234 &)
echo 'ok 1 - a'
sleep 1235
E2
gives 'a time limit ends it' 0 '1 1 passed, 1 failed' result slow
check 'and what it started in another session' no_process 'sleep 123[45]'
mk left <<'E2'
echo 'ok 1 - a'; echo 1..1
(setsid sleep 1236 >/dev/null 2>&1 &)
sleep 0.1
E2
gives 'a process left behind fails' 0 '1 1 passed, 1 failed' result left
check 'and is named' grep -q 'left running: sleep 1236' out
check 'and is killed' no_process 'sleep 123[6]'
gives 'an unknown name is an error' 0 '2 run: no test is called like that: nonesuch' result nonesuch
cd ..
finish
