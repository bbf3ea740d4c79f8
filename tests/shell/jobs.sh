# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# Background jobs, wait, signals and traps in a real shell, compared with Linux.
. "$TOP/tests/tap.sh"
need_program dash

gives 'a trap gets a signal that the shell sends itself' 0 'got' \
    "$run" dash -c "trap 'echo got' USR1; kill -USR1 \$\$"
same 'trap, then go on' "trap 'echo got' USR1; kill -USR1 \$\$; echo after"
same 'trap on EXIT' "trap 'echo bye' EXIT; echo hi; exit 3"
same 'a trap is reset in a subshell' "trap 'echo outer' EXIT; (trap; echo in); echo out"
same 'an ignored signal' "trap '' TERM; kill -TERM \$\$; echo alive"
same 'death by a signal is 128 + n' '(kill -TERM $$$(:) 2>/dev/null; exit 1) & wait $! ; true; sh -c : ; echo $?'
same 'background job and wait' '(exit 7) & wait $!; echo $?'
same 'several background jobs' 'for i in 1 2 3; do (exit $i) & p="$p $!"; done; for x in $p; do wait $x; echo $?; done'
same 'wait for all' '(echo a >f1) & (echo b >f2) & wait; read x <f1; read y <f2; echo $x $y $?'
same 'kill a background job' '(while :; do :; done) & kill $!; wait $!; echo $?'
same 'kill -9 a background job' '(while :; do :; done) & kill -9 $!; wait $!; echo $?'
same 'kill -0' '(read x <nothing) 2>/dev/null & wait $!; kill -0 $! 2>/dev/null || echo gone; kill -0 $$ && echo here'
same 'a background job reads /dev/null' '{ read x || echo eof; } & wait'
same 'a trap runs while wait waits' "trap 'echo trapped' USR1; (kill -USR1 \$\$) & wait; echo \$((\$? > 128 || \$? == 0))"
same 'signals go through a pipeline' "trap 'echo got' USR1; { kill -USR1 \$\$; echo sent; } | { read x; echo \$x; }"
same 'a pipe breaks' '(trap "" PIPE; { while echo y; do :; done; } 2>/dev/null) | { read x; echo $x; }; echo done'
same 'twenty subshells, one after the other' 'i=0; while [ $i -lt 20 ]; do i=$((i + 1)); (exit 0) || echo bad; done; echo $i'
finish
