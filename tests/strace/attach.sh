# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# strace -p: attaches to a running shell by name, shows its calls and its children's, lets it go unharmed;
# --last reads it from outside; the recorder of one that was killed by its parent's child is kept.
. "$TOP/tests/tap.sh"
need_program strace dash
private_tree
alive() { kill -0 $shell 2>/dev/null; }

"$run" dash -c 'while [ ! -f stop ]; do (exit 0); : >seen; done; echo ended well' </dev/null >out 2>err &
shell=$!
while [ ! -f seen ] && alive; do sleep 0.1; done
"$run" strace -f -p dash -o t.txt </dev/null 2>err &
tracer=$!
tries=0
while [ $tries -lt 150 ] && ! { grep -q 'open("seen"' t.txt && grep -q 'running' t.txt && grep -q 'wait' t.txt; } 2>/dev/null; do
    sleep 0.1
    tries=$((tries + 1))
done
kill -INT $tracer 2>/dev/null
wait $tracer
check 'calls that go well are shown' grep -q 'open("seen", .*) = [0-9]' t.txt
check 'children are followed' grep -q 'fork: child pid .* running' t.txt
check 'the program lives on' alive
"$run" strace --last 2 -o last </dev/null >out.last 2>err.last
check '--last: forks are there' grep -q 'fork: done' last
check 'after detaching, calls that go well are not recorded any more' sh -c \
    "! tail -n 5 last | grep -q 'open(\"seen\"'"
: >stop
wait $shell
check 'it ends well' grep -qx 'ended well' out
finish
