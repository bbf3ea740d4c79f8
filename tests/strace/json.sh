# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# strace -f --json of the pipeline: every line is JSON; each fork is told from begin to done.
. "$TOP/tests/tap.sh"
need_program strace dash
command -v jq >/dev/null || skip_all 'jq is not installed'

gives 'the traced program works' 0 'a' \
    "$run" strace -f --json -o t.jsonl dash -c '(echo a) | while read x; do echo $x; done'
check 'every line is a JSON object' jq -es 'all(.[]; type == "object")' t.jsonl
check 'every event has ts, seq, pid, tid, category, event' jq -es \
    'map(select(.event != null)) | length > 0 and all(.[]; (.ts | type) == "number" and
     (.seq | type) == "number" and (.pid | type) == "number" and (.tid | type) == "number" and
     (.category | type) == "string")' t.jsonl
check 'two forks at least, each with a child pid' jq -es \
    '[.[] | select(.category == "fork" and (.event | test("done")))] | length >= 2' t.jsonl
for stage in begin created memory running done; do
    check "fork stage: $stage" jq -es --arg s "$stage" \
        '[.[] | select(.category == "fork" and (.event | test($s)))] | length >= 2' t.jsonl
done
check 'sequence numbers of a thread have no gap' jq -es \
    'map(select(.seq != null)) | group_by([.pid, .tid]) |
     all(.[]; (map(.seq) | unique) as $s | ($s[-1] - $s[0] + 1) == ($s | length))' t.jsonl
check 'times are plausible: within a day of now' jq -es --argjson now "$(date +%s)" \
    'map(select(.ts != null)) | all(.[]; .ts > $now - 86400 and .ts < $now + 86400)' t.jsonl
check 'a failed call has errno by name' sh -c \
    "'$run' strace -f --json -o u.jsonl dash -c 'read x <nothing'; jq -es '[.[] | select(.errno == \"ENOENT\")] | length > 0' u.jsonl"
finish
