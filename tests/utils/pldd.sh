# SPDX-License-Identifier: BSD-2-Clause
# timeout: 60
# pldd: what a process has loaded.
. "$TOP/tests/tap.sh"
need_program pldd dash
command -v jq >/dev/null || skip_all "no jq"

"$run" dash -c 'pldd $$; pldd -a $$ >addresses; pldd --json $$ >all.json' >out 2>err </dev/null
check "the program comes first" sh -c 'head -n 1 out | grep -qi "dash.exe"'
check "the runtime is there" grep -qi 'isthmus1.dll' out
check "addresses" grep -qi '0x110000000 .*isthmus1.dll' addresses
check "JSON" jq -e -s 'length >= 3 and any(.[]; .base == "0x110000000" and .size > 100000)' all.json
complains "no such process" 1 "no such process" "$run" pldd 999999
complains "nothing given" 2 "one process" "$run" pldd
finish
