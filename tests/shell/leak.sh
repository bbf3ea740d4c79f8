# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# 200 forks in a loop: no process left, and no stale slot in the process table. (Handles of the parent:
# tests/runtime/handles.c.)
. "$TOP/tests/tap.sh"
need_program dash ps
private_tree

gives '200 forks in a loop' 0 '200' "$run" dash -c \
    'i=0; while [ $i -lt 200 ]; do (exit 3); [ $? = 3 ] && i=$((i + 1)); done; echo $i'
gives 'no process is left in the table' 0 '' "$run" ps --json
gives 'a shell that forked 50 times sees itself and ps, nothing else' 0 '2' "$run" dash -c \
    'i=0; while [ $i -lt 50 ]; do (exit 0); i=$((i + 1)); done; ps --json >list; n=0
     while read -r l; do n=$((n + 1)); done <list; echo $n'
finish
