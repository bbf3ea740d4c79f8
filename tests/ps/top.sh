# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# ps --top on a terminal: keys in, screen out.
. "$TOP/tests/tap.sh"

command -v tmux >/dev/null || skip_all "no tmux"
need_program dash ps
tmux -S "$PWD/socket" -f /dev/null new-session -d true 2>/dev/null || skip_all "tmux does not start"
private_tree
cp "$BUILD/tests/sdk/dumper/prog-crash.exe" crash.exe
"$run" "$PWD/crash.exe" pause ready </dev/null >/dev/null 2>&1 &
while ! [ -e ready ]; do sleep 0.1; done

tm() {
    tmux -S "$PWD/socket" -f /dev/null "$@"
}

# shows NAME PATTERN: the screen comes to show it
shows() {
    for i in $(seq 150); do
        tm capture-pane -p >screen
        grep -q -e "$2" screen && { pass "$1"; return; }
        sleep 0.2
    done
    fail "$1" "$(cat screen)"
}

tm new-session -d -x 130 -y 30 "$run ps --top --interval 0.3"
tm set-option -g remain-on-exit on
shows "the process is listed with its reason" "crash.exe *waits for a signal"
shows "the head counts processes" "processes: .* waiting"
tm send-keys e
shows "e: its last events" "last events of pid"
shows "the events are there" "started by\|dll: loaded"
tm send-keys f
shows "f: its files" "fd *3 r *pipe"
tm send-keys h
shows "h: its threads" "thread [0-9]* waits for a signal"
tm send-keys '?'
shows "?: the keys" "send a signal to the selected"
tm send-keys Escape
tm send-keys N
shows "N: sorted by number" "sorted by -pid"
tm send-keys t
shows "t: as a tree" ", tree"
tm send-keys /
shows "/ asks for a pattern" "Show only lines"
tm send-keys 'no(thing|body) like this' Enter
shows "the pattern counts" "only no(thing"
tm send-keys / C-u '(' Enter
shows "a wrong pattern is explained" "(: missing"
tm send-keys / C-u Enter
shows "without a pattern all are back" "crash.exe"
tm send-keys s
shows "s asks for a signal" "Signal to pid"
tm send-keys C-u KILL Enter
shows "the signal is sent" "sent KILL to pid\|no such process\|0 processes"
wait $!
status=$?
check "and has ended the process" test $status -gt 128
tm send-keys q
for i in $(seq 100); do # tmux knows that it is dead before it knows how it died
    status=$(tm display-message -p '#{pane_dead_status}')
    [ "$status" ] && break
    sleep 0.1
done
check "q ends it with status 0" test "$status" = 0
tm kill-server
finish
