# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# bash interactively on the console, and on a pseudo terminal in it: line editing, history, completion, jobs, resize.
. "$TOP/tests/tap.sh"
need_program bash sleep stty
command -v tmux >/dev/null || skip_all "tmux is not installed"

mux() {
    tmux -L "isthmus$$" "$@" 2>/dev/null
}

# Wait until the screen has a line that matches the pattern (of grep -x).
shows() {
    tap_name="$where: $1"
    for i in $(seq 200); do
        mux capture-pane -p | grep -qx -e "$2" && { pass "$tap_name"; return; }
        sleep 0.1
    done
    fail "$tap_name" "not on the screen: $2" "$(mux capture-pane -p)"
    mux kill-server
    finish
}

# type KEY...: keys as tmux names them, and Enter.
type() {
    mux send-keys "$@" Enter
}

# Ctrl-C, and wait for the prompt: under Wine it is an event of its own, which keys behind it can overtake.
interrupt() {
    mux send-keys C-c
    for i in $(seq 200); do
        [ "$(mux capture-pane -p | sed 's/ *$//' | grep . | tail -1)" = '$' ] && return
        sleep 0.1
    done
}

# Wait until the program runs: it has the name, and it sleeps.
running() {
    for i in $(seq 200); do
        "$run" ps -o cmd 2>/dev/null | grep -qx -e "$1 *" && return
        sleep 0.1
    done
}

session() {
    shows 'a prompt' '\$ *'
    type 'echo "abc' Left Left 'X' C-e '"'
    shows 'arrow keys move in the line' 'aXbc'
    type 'one two' C-a 'echo ' M-f M-d C-e ' three'
    shows 'Ctrl-A, Meta-F, Meta-D, Ctrl-E' 'one three'
    type 'echo gone' C-u 'kept' C-w 'erased'
    shows 'Ctrl-U and Ctrl-W' 'bash: erased: command not found'
    type 'echo first$((1+1))'
    shows 'a command' 'first2'
    type Up BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace BSpace '$((40+2))'
    shows 'history' 'firs42'
    type C-r 'ech' C-g 'echo searched'
    shows 'Ctrl-R and Ctrl-G' 'searched'
    type 'touch lon' 'gname; echo d' 'one'
    shows 'a file is made' 'done'
    type 'echo longn' Tab
    shows 'completion' 'longname'
    type 'x=grün; echo "length ${#x}"'
    shows 'characters of UTF-8 are counted' 'length 4'
    type 'echo eraä' BSpace 'sed'
    shows 'and erased' 'erased'
    type 'read -e line; echo "[$line]"'
    type 'edted' Left Left Left 'i' C-e '!'
    shows 'read -e edits a line, too' '\[edited!\]'
    type 'echo loops; while :; do :; done'
    shows 'a loop of the shell itself' 'loops'
    interrupt
    type 'echo status $?'
    shows 'Ctrl-C ends it' 'status 130'
    type 'sh -c "echo runs; sleep 100"'
    shows 'a program that does not read' 'runs'
    mux send-keys C-z
    shows 'Ctrl-Z stops it' '\[1\]+  Stopped  *sh -c "echo runs; sleep 100"'
    type 'fg'
    shows 'fg' 'sh -c "echo runs; sleep 100"'
    interrupt
    type 'echo "ended $?"'
    shows 'and Ctrl-C ends it' 'ended 130'
    type 'sleep 100'
    running 'sleep 100'
    mux send-keys C-z
    shows 'Ctrl-Z stops a job' '\[1\]+  Stopped  *sleep 100'
    type 'jobs; bg'
    shows 'bg' '\[1\]+ sleep 100 &'
    type 'jobs'
    shows 'it runs' '\[1\]+  Running  *sleep 100 &'
    type 'fg'
    shows 'fg' 'sleep 100'
    interrupt
    type 'echo "fg $?"'
    shows 'fg, and Ctrl-C ends the job' 'fg 130'
    type '(echo "ready"; cat) | tr a-z A-Z'
    shows 'a pipeline in the foreground' 'READY'
    mux send-keys 'typed' Enter C-d
    shows 'it reads the terminal' 'TYPED'
    type 'sleep 1 & wait; echo "wai"ted'
    shows 'wait' 'waited'
}

# Wine leaves ISIG of the Linux terminal on: Ctrl-Z would be Linux's, and never a key of the console.
where=console
mux -f /dev/null new-session -d -x 80 -y 50 "stty susp undef quit undef; LC_ALL=C.UTF-8 PS1='\$ ' INPUTRC=/dev/null '$run' bash --norc -i; echo status \$?; exec cat" ||
    skip_all "tmux does not start"
session
type 'clear; exit 7'
shows 'and the shell ends' 'status 7'
mux kill-server

where=pty
cp "$BUILD/tests/sdk/runtime/tty/prog-script.exe" script.exe
mux -f /dev/null new-session -d -x 80 -y 50 \
    "stty susp undef quit undef; LC_ALL=C.UTF-8 PS1='\$ ' INPUTRC=/dev/null TERM=xterm '$run' ./script.exe -s 40x70 bash --norc -i; echo status \$?; exec cat"
session
type 'clear; shopt -s checkwinsize; trap "echo resized" WINCH'
type 'stty size'
shows 'the size that it was given' '40 70'
type 'stty rows 30 cols 60 & wait; true' # the shell is in the foreground then
shows 'a resize is a signal' '\(\$ \)*resized'
type 'echo $LINES x $COLUMNS'
shows 'and bash knows the new size' '30 x 60'
type 'exit 7'
shows 'and the shell ends' 'status 7'
mux kill-server
finish
