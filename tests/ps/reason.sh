# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# ps tells why processes do not run, their files and threads, in the order and with the columns wanted.
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program dash ps kill
private_tree
crash=$BUILD/tests/sdk/dumper/prog-crash.exe
cp "$crash" crash.exe

# The shell waits for a child, which reads from a pipe that the shell's other child would write to.
cat >waiters.sh <<'END'
./crash.exe pause other | (read line; :) &
reader=$!
./crash.exe pause ready &
pauser=$!
while ! [ -e ready ] || ! [ -e other ]; do :; done
kill -STOP $pauser
while :; do case $(ps -o state= -p $pauser) in stopped*) break ;; esac; done
echo $$ $reader $pauser >pids
ps --json --fd --threads >all.json
ps -o pid=,ppid=,args= --sort=-pid >sorted.txt
ps --tree -o pid,comm >tree.txt
ps -o pid,reason=WHY >why.txt
ps -s >short.txt
ps -u 4294967290 >nobody.txt
END
"$run" dash waiters.sh >out.txt 2>err.txt </dev/null
for pid in $(jq -r "select(.program | endswith(\"crash.exe\")) | .pid" all.json); do
    "$run" kill -KILL "$pid"
done
read -r shell reader pauser <<END
$(tr -d '\r' <pids)
END
check "the list is JSON" jq -e -s 'length >= 3' all.json
check "a stopped process says by which signal" \
    jq -e -s "any(.[]; .pid == $pauser and (.state == \"stopped\" and .reason == \"stopped by SIGSTOP\"))" all.json
check "a reader of a pipe names who has the other end" \
    jq -e -s 'any(.[]; .reason // "" | test("^waits for data in a pipe from pid [0-9]+ \\(fd 0\\)$"))' all.json
check "its descriptor is there" jq -e -s "any(.[]; .pid == $reader and (any(.fds[]; .fd == 0 and .kind == \"pipe\" and .ino > 0)))" all.json
check "the paused process has its pipe of two ends" \
    jq -e -s "any(.[]; .pid == $pauser and ([.fds[] | select(.kind == \"pipe\") | .mode] == [\"r\", \"w\"]))" all.json
check "threads are listed with what they wait for" \
    jq -e -s "any(.[]; .pid == $shell and (.thread_list | length >= 1))" all.json
check "memory and processor share are numbers" jq -e -s "any(.[]; .pid == $shell and ((.rss | type) == \"number\" and (.cpu | type) == \"number\"))" all.json
check "--sort=-pid: largest first" sh -c 'awk "{print \$1}" sorted.txt | sort -rnc'
check "empty headings: no heading" sh -c '! grep -q PID sorted.txt'
check "--tree: children below and to the right of their parents" sh -c '
    awk -v p="$1" "\$1 == p {found = NR} found && NR > found && /[|\`]- /{ok = 1} END {exit !ok}" tree.txt' sh "$shell"
check "-o reason=WHY" grep -q 'WHY' why.txt
check "-s has four columns" grep -q '^ *PID TTY *STIME *COMMAND' short.txt
check "-u of nobody lists nobody" sh -c '[ $(wc -l <nobody.txt) -le 1 ]'
complains "an unknown column" 2 "no such column" "$run" ps -o nonsense
complains "an unknown key" 2 "no such column" "$run" ps --sort=nonsense
complains "--top without a terminal" 1 "needs a terminal" "$run" ps --top
check "-L lists the columns" sh -c '"$1" ps -L | grep -q "^reason "' sh "$run"
check "-W shows other Windows processes" sh -c '"$1" ps -W | grep -qi "services.exe"' sh "$run"
finish
