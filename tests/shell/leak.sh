# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# alone: looks at all processes of the installation
# 200 forks in a loop: no process left, no growth of handles in the parent, no stale slot in ps.
. "$TOP/tests/tap.sh"
need_program dash ps

"$run" ps --json >before 2>/dev/null
gives '200 forks in a loop' 0 '200' "$run" dash -c \
    'i=0; while [ $i -lt 200 ]; do (exit 3); [ $? = 3 ] && i=$((i + 1)); done; echo $i'

"$run" ps --json >after
before=$(grep -c '"pid"' before)
after=$(grep -c '"pid"' after)
if [ "$after" -le "$before" ]; then
    pass 'no process is left in the table'
else
    fail 'no process is left in the table' "$(cat after)"
fi

# The shell lists itself at the start and after 200 forks; handles are what `ps` or wine counts.
gives 'a shell sees itself and no children after its forks' 0 '1' "$run" dash -c \
    'i=0; while [ $i -lt 50 ]; do (exit 0); i=$((i + 1)); done; ps --json >list; n=0
     while read -r l; do case $l in *dash*) n=$((n + 1)) ;; esac; done <list; echo $n'
finish
