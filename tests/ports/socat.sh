# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# socat, the relay: children on socket pairs, pipes and pseudo terminals, TCP and AF_UNIX. Every end that one side
# closes has to reach the other, or nothing here would come to its end.
. "$TOP/tests/tap.sh"
need_program socat dash
port=$((20000 + $$ % 20000))

# relay INPUT ARG...: socat with that input, and not for ever.
relay() {
    printf "$1" >in
    shift
    timeout 60 "$run" socat "$@" <in 2>err
}

# said NAME WANT GOT
said() {
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1" "wanted: $2" "got: $3" "$(cat err)"
    fi
}

lines='while read x; do echo "got $x"; done'
said 'a child on a socket pair' 'got one
got two' "$(relay 'one\ntwo\n' - "SYSTEM:$lines")"
said 'the status of a child that fails' 1 "$(relay '' -u 'SYSTEM:exit 3' - >out; echo $?)"
said 'a child on two pipes' 'got one' "$(relay 'one\n' - "SYSTEM:$lines,pipes")"
said 'a child on a pseudo terminal' 'raw one' \
    "$(relay 'one\n' -t 20 - 'SYSTEM:read x; echo "raw $x",pty,rawer,setsid,ctty')"
said 'from a child to a child' 'got made' "$(relay '' -t 20 "SYSTEM:echo made; read x; echo \$x >&2" "SYSTEM:read x; echo got \$x"; cat err)"
head -c 300000 /dev/zero | tr '\0' x >big
timeout 60 "$run" socat -t 20 - EXEC:'socat - -' <big >out 2>err
check 'much data through a child, in both directions' cmp big out

timeout 60 "$run" socat "TCP-LISTEN:$port,reuseaddr" "SYSTEM:$lines" 2>err2 &
said 'TCP, with a child behind it' 'got one' "$(relay 'one\n' -t 20 - "TCP:127.0.0.1:$port,retry=100,interval=0.1")"
wait
timeout 60 "$run" socat UNIX-LISTEN:sock "SYSTEM:$lines" 2>err2 &
said 'AF_UNIX, with a child behind it' 'got one' "$(relay 'one\n' -t 20 - "UNIX-CONNECT:sock,retry=100,interval=0.1")"
wait
timeout 60 "$run" socat -u "UDP-LISTEN:$port" OPEN:udp,creat 2>err2 &
server=$!
for i in $(seq 100); do
    [ -s udp ] && break
    relay 'datagram\n' -u - "UDP:127.0.0.1:$port"
    sleep 0.1
done
said 'UDP' datagram "$(head -1 udp)"
kill $server 2>/dev/null
wait
finish
