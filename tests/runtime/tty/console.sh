# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# A shell on the console: line editing, Ctrl-C, Ctrl-D, raw mode. In tmux, since only there is a console.
. "$TOP/tests/tap.sh"
need_program dash
command -v tmux >/dev/null || skip_all "tmux is not installed"

mux() {
    tmux -L "isthmus$$" "$@" 2>/dev/null
}

# Wait until the screen has a line that matches the pattern (of grep -x).
shows() {
    tap_name=$1
    for i in $(seq 200); do
        mux capture-pane -p | grep -qx -e "$2" && { pass "$tap_name"; return; }
        sleep 0.1
    done
    fail "$tap_name" "not on the screen: $2" "$(mux capture-pane -p)"
    mux kill-server
    finish
}

# Wine leaves ISIG of the Linux terminal on: Ctrl-Z would be Linux's, and never a key of the console.
cp "$BUILD/tests/sdk/runtime/tty/prog-raw.exe" raw.exe
mux -f /dev/null new-session -d -x 80 -y 40 "stty susp undef quit undef; PS1='\$ ' '$run' dash -i; echo status \$?; exec cat" || skip_all "tmux does not start"
shows 'a prompt' '\$'
mux send-keys 'echo "wrXitten"' C-h BSpace BSpace BSpace BSpace BSpace BSpace 'itten"' Enter
shows 'a line, edited' 'written'
mux send-keys 'read x; echo "[$x]"' Enter 'ünïcödeX' BSpace Enter
shows 'UTF-8, and one character is erased as one' '\[ünïcöde\]'
mux send-keys 'read x; echo "<$x>"' Enter 'gone' C-u 'kept' Enter
shows 'Ctrl-U erases the line' '<kept>'
mux send-keys 'sh -c "read y; echo y=\$y"' Enter 'child' Enter
shows 'a child reads the terminal' 'y=child'
mux send-keys 'sh -c "echo started; while :; do :; done"' Enter
shows 'a program that does not read' 'started'
mux send-keys C-c
mux send-keys 'echo status=$?' Enter
shows 'Ctrl-C ends it, not the shell' '\(\$ \)*status=130'
mux send-keys 'sh -c "echo begun; while ! [ -e go ]; do :; done"' Enter
shows 'another one that does not read' 'begun'
mux send-keys C-z
shows 'Ctrl-Z stops it' '.*\[1\] + Stopped.*'
mux send-keys 'echo stopped=$?; fg' Enter
shows 'and the shell says so' '\(\$ \)*stopped=14[68]'
mux send-keys 'echo "typed" ahead' Enter
shows 'what is typed ahead is shown' 'echo "typed" ahead'
touch go
shows 'and read when it has ended' '\(\$ \)*typed ahead'
mux send-keys 'PATH=/cygdrive/c/windows/system32:$PATH; cmd.exe' Enter
shows 'a plain Windows program' 'Microsoft Windows.*'
mux send-keys 'echo cmd reads' Enter
shows 'gets its keys' 'cmd reads'
mux send-keys 'exit 5' Enter
mux send-keys 'echo cmd=$?' Enter
shows 'and ends' '\(\$ \)*cmd=5'
mux send-keys './raw.exe' Enter
shows 'raw mode: is entered' 'raw 40x80'
mux send-keys 'a' Up
shows 'raw mode: keys come at once, as bytes' '61 1b 5b 41 *'
mux send-keys C-c
shows 'raw mode: Ctrl-C is a byte, too' '61 1b 5b 41 03 *'
mux send-keys 'q'
shows 'and it ends' '61 1b 5b 41 03 71'
mux send-keys 'read x || echo "end of file"' Enter
mux send-keys C-d
shows 'Ctrl-D at the start of a line' '.*end of file'
mux send-keys 'exit 7' Enter
shows 'and the shell ends' 'status 7'
mux kill-server
finish
