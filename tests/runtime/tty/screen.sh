# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# Screens as vttest draws them: what a terminal shows of control sequences, written by a program on the console
# here and by one on Linux into the same terminal (tmux). The text and the cursor's place have to be equal.
# Colours: sixteen of them, and attributes, where the console has them at all.
. "$TOP/tests/tap.sh"
command -v tmux >/dev/null || skip_all "tmux is not installed"
cp "$BUILD/tests/sdk/runtime/tty/prog-show.exe" show.exe

# A server of its own for each screen: the one before may still be about to end.
n=0
mux() {
    tmux -L "isthmus$$.$n" "$@" 2>/dev/null
}

# picture FILE: the text (blanks at the end of lines do not matter) and the cursor.
picture() {
    mux capture-pane -p | sed 's/ *$//' >"$1"
    mux display-message -p 'cursor #{cursor_x},#{cursor_y}' >>"$1"
}

# settled COMMAND: the last picture of it once the mark stands on the screen and nothing changes any more.
settled() {
    n=$((n + 1))
    rm -f "$2" "$2.before"
    mux -f /dev/null new-session -d -x 80 -y 24 "$1" || return
    for i in $(seq 100); do
        mux capture-pane -p | grep -q '@@@' && break
        sleep 0.1
    done
    picture "$2.before"
    for i in $(seq 50); do
        sleep 0.2
        picture "$2"
        cmp -s "$2" "$2.before" && break
        mv "$2" "$2.before"
    done
    [ -f "$2" ] || mv "$2.before" "$2"
    mux kill-server
}

# screen NAME TEXT-FOR-PRINTF: it has to leave @@@ somewhere.
screen() {
    printf "$2" >screen
    settled 'stty -icanon -echo; cat screen; read x' linux
    settled "'$run' ./show.exe screen" here
    if cmp -s linux here; then
        pass "$1"
    else
        fail "$1" "$(diff -u linux here | cat -v)"
    fi
}

screen 'text, tabs, carriage return, backspace' '\033[2J\033[Habc\tdef\r\nxyz\b\bY\r\nover\rO\n@@@'
screen 'wrapping at the margin' "\033[2J\033[H$(printf '%0100d' 7)\r\n$(printf '%080d' 8)\r\nafter @@@"
screen 'the cursor is moved absolutely and relatively' \
    '\033[2J\033[5;10Hfive-ten\033[2A^up2\033[3Bdown3\033[10Dback\033[4Cforth\033[12Gcolumn\033[20d row\033[H@@@'
screen 'the cursor stops at the edges' '\033[2J\033[H\033[99A\033[99Dtop\033[99;99Hx\033[99Cy\033[24;1H@@@'
screen 'save and restore' '\033[2J\033[3;3Hhere\0337\033[10;10Hthere\0338 back\033[s\033[15;1H@@@\033[u again'
screen 'erasing in the line' \
    '\033[2J\033[Haaaaaaaaaa\033[5D\033[K\r\nbbbbbbbbbb\033[5D\033[1K\r\ncccccccccc\033[2K\r\n@@@'
screen 'erasing in the screen' \
    '\033[2J\033[H1111\r\n2222\r\n3333\r\n4444\r\n5555\033[3;3H\033[J@@@\033[2;2H\033[1J'
screen 'inserting and deleting lines' \
    '\033[2J\033[H1\r\n2\r\n3\r\n4\r\n5\r\n6\033[2;1H\033[2Lnew\033[6;1H\033[1M\033[20;1H@@@'
screen 'inserting, deleting and erasing characters' \
    '\033[2J\033[Habcdefgh\033[4G\033[2@XY\r\nabcdefgh\033[4G\033[2P\r\nabcdefgh\033[4G\033[2X\r\n@@@'
screen 'a scrolling region' \
    '\033[2J\033[Htop\033[24;1Hbottom\033[5;10r\033[5;1Ha\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\033[r\033[20;1H@@@'
screen 'reverse index in a region' \
    '\033[2J\033[5;10r\033[5;1Ha\r\nb\r\nc\033[5;1H\033M\033Mnew\033D\033E*\033[r\033[20;1H@@@'
screen 'scrolling up and down' '\033[2J\033[H1\r\n2\r\n3\r\n4\r\n5\033[2S\033[10;1Hx\033[1T\033[20;1H@@@'
screen 'the whole screen scrolls' "\033[2J\033[H$(seq -s '\r\n' 40)\r\n@@@"
screen 'erasing with a colour' '\033[2J\033[H\033[44mabc\033[K\033[0m\r\n@@@'
screen 'UTF-8' '\033[2J\033[Hgrün € äöü\r\nкирилл \r\nλόγος\r\n@@@'
screen 'origin mode' '\033[2J\033[5;10r\033[?6h\033[1;1Hin\033[99;1Hlast\033[?6l\033[r\033[20;1H@@@'
screen 'without wrapping' "\033[2J\033[H\033[?7l$(printf '%0100d' 7)\033[?7h\r\n@@@"
screen 'insert mode' '\033[2J\033[Habcdef\033[3G\033[4hXY\033[4l\r\n@@@'
screen 'tab stops' '\033[2J\033[H\033[3g\033[5G\033H\033[20G\033H\ra\tb\tc\r\n@@@'
screen 'repetition, titles and unknown sequences leave nothing' \
    '\033[2J\033[H\033]0;title\007a\033[?12345z\033[>cb\033P+q\033\\c\r\n@@@'

# coloured NAME TEXT PATTERN: the line on the screen has these attributes (of tmux -e).
coloured() {
    printf '\033[2J\033[H'"$2"'\033[0m\r\n@@@' >screen
    n=$((n + 1))
    mux -f /dev/null new-session -d -x 80 -y 24 "'$run' ./show.exe screen"
    for i in $(seq 100); do
        mux capture-pane -p | grep -q '@@@' && break
        sleep 0.1
    done
    if mux capture-pane -p -e | head -1 | grep -q -e "$3"; then
        pass "$1"
    else
        fail "$1" "not in the line: $3" "$(mux capture-pane -p -e | head -1 | cat -v)"
    fi
    mux kill-server
}

esc=$(printf '\033')
coloured 'line drawing (tmux would tell the letters of the set)' '\033(0lqqk\033(B plain' '┌──┐ plain'
coloured 'red' '\033[31mred' "$esc\[[0-9;]*31m.*red"
coloured 'green background' '\033[42mback' "$esc\[[0-9;]*42m.*back"
coloured 'bright' '\033[94mblue' "$esc\[[0-9;]*94m.*blue"
coloured 'reverse' '\033[7mturned' "$esc\[[0-9;]*47m.*turned"
coloured 'of 256: the nearest' '\033[38;5;46mgreen' "$esc\[[0-9;]*92m.*green"
finish
