# SPDX-License-Identifier: BSD-2-Clause
# timeout: 360
# One trace in all formats: the same events in the same order; babeltrace2 has nothing to complain of; a
# browser finds the arrows; what was written is read back and gives the same again.
. "$TOP/tests/tap.sh"
need_program strace dash

script='(exit 3); trap : USR1; (kill -USR1 $$); :; dash -c "exit 1"; (: </no/such/file); (echo hi)'
"$run" strace -f --json -o t.json dash -c "$script" </dev/null >out 2>err
check 'a trace was made' test "$(wc -l <t.json)" -gt 100
order() { jq -r '"\(.pid) \(.seq)"' "$1"; }
order t.json >want

"$run" strace --replay t.json --json -o again.json </dev/null 2>err
check 'JSON read back gives the same lines' cmp t.json again.json

"$run" strace --replay t.json --format=ctf -o ctf </dev/null 2>err
"$run" strace --replay ctf --json -o ctf.json </dev/null 2>err
check 'CTF read back gives the same lines' cmp t.json ctf.json
if command -v babeltrace2 >/dev/null; then
    babeltrace2 ctf >bt 2>bt.err
    check 'babeltrace2 reads it' test $? = 0
    check 'and warns of nothing' test ! -s bt.err
    LC_ALL=C sed -n 's/.*{ seq = \([0-9]*\), pid = \([0-9]*\), .*/\2 \1/p' bt >got
    check 'in the same order' cmp want got
else
    skip 'babeltrace2 reads it' 'no babeltrace2'
fi

"$run" strace --replay t.json --format=chrome -o chrome.json </dev/null 2>err
jq -r '.traceEvents[] | select(.args.seq != null) | "\(.pid) \(.args.seq)"' chrome.json >got
check 'Chrome: the same events in the same order' cmp want got
flows() { jq -r ".traceEvents[] | select(.ph == \"$1\" and .name == \"$2\") | .id" chrome.json | sort; }
for kind in fork exec kill; do
    flows s $kind >begins
    flows f $kind >ends
    check "Chrome: every $kind has an arrow with two ends" sh -c 'test -s ends && cmp begins ends'
done

"$run" strace --replay t.json -n -o t.txt </dev/null 2>err
"$run" strace --replay t.json --sequence-numbers -o seq.txt </dev/null 2>err
sed -n 's/^\[pid *\([0-9]*\)\] [0-9:.]* #\([0-9]*\) .*/\1 \2/p' seq.txt >got
check 'text: the same events in the same order' cmp want got
check 'text: a line for each event' test "$(wc -l <t.txt)" = "$(wc -l <t.json)"
jq -r .event t.json | sed 's/^sys_//' >names
check 'text: no line is torn' sh -c "! grep -vq '^\[pid *[0-9]*\] [0-9:.]* \[[0-9]*\] ' t.txt"

"$run" strace --replay t.json --format=html -o t.html </dev/null 2>err
check 'HTML: one file that loads nothing' sh -c "grep -q '</html>' t.html && ! grep -Eq 'src=|href=|@import|fetch\(|XMLHttp' t.html"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -n "$browser" ]; then
    mkdir home
    HOME=$PWD/home timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --dump-dom "file://$PWD/t.html" >dom 2>browser.err
    HOME=$PWD/home timeout 100 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --window-size=1400,900 --screenshot="$PWD/t.png" "file://$PWD/t.html" >/dev/null 2>browser.err
    check 'HTML: it can be photographed' test -s t.png
    if [ "$SCREENSHOT" ]; then
        cp t.png "$SCREENSHOT" # for somebody to look at
    fi
    check 'HTML: the browser draws the arrows of forks' sh -c "grep -o '<body[^>]*>' dom | grep -q 'data-fork-arrows=\"[1-9]'"
    check 'HTML: all events are there' grep -q "data-events=\"$(wc -l <t.json)\"" dom
else
    skip 'the browser draws it' 'no Chromium'
fi

"$run" strace report t.json </dev/null >report 2>err
check 'report: processes, forks, slow calls, totals' sh -c \
    "grep -q '^processes: ' report && grep -q 'whole call' report && grep -q 'slowest' report && grep -q 'total' report"
"$run" strace diff t.json again.json </dev/null >diff 2>err
check 'diff: no difference to itself' grep -qx 'no difference' diff
# one process: what several do at once parts in other places, too
for where in such other; do
    "$run" strace -f --json -o $where.json dash -c ": </no/$where; echo done" </dev/null >out 2>err
done
"$run" strace diff such.json other.json </dev/null >diff 2>err
check 'diff: finds where two runs part' sh -c "grep '^-' diff | grep -q such"
echo '{"ts":1,"seq":' >torn.json
head -n 20 t.json >>torn.json
"$run" strace --replay torn.json </dev/null >out 2>err
check 'a torn line is counted and left out' grep -q '1 lines could not be read' err
finish
