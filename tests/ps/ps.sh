# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# ps against a shell with children.
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program dash ps
private_tree # others start processes meanwhile, and pids are used again
"$run" dash -c ':
    ps --json >all.txt
    ( ps --json -p $$ >one.txt; ps -p $$ >row.txt; ps -f -p $$ >full.txt )
    echo $$ >pid.txt; ps -p 1073741000; echo $? >none.txt' ready >out.txt 2>err.txt
pid=$(tr -d '\r' <pid.txt)
check "every line of --json is an object with pid, winpid and state" \
    jq -e -s 'length > 0 and all(.[]; (.pid|type) == "number" and (.winpid|type) == "number" and (.state|type) == "string")' all.txt
check "the shell is in the list, alive" jq -e -s "any(.[]; .pid == $pid and .alive)" all.txt
check "its program and its arguments are right" \
    jq -e '(.program | endswith("/dash.exe") or endswith("/dash")) and .args[1] == "-c" and .args[3] == "ready"' one.txt
check "a row has the pid and the program" grep -q "^ *$pid .*dash" row.txt
check "-f shows the arguments" grep -q "dash.* -c .*ready" full.txt
check "a pid that is not there: status 1" grep -q '^1' none.txt
check "nothing on standard error" test ! -s err.txt
"$run" ps --json >after.txt
check "when the shell has ended it is not listed" test -z "$(jq "select(.pid == $pid)" after.txt)"
"$run" ps --nonsense >usage.out 2>usage.txt
check "wrong usage is status 2, with a hint" sh -c "[ $? = 2 ] && grep -q 'ps --help' usage.txt"
finish
