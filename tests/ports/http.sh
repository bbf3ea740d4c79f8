# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# socat and curl, and HTTP between ported and plain Windows programs in every direction.
. "$TOP/tests/tap.sh"
need_program socat curl dash cat
cp "$BUILD/tests/mingw/ports/win-http.exe" http.exe
cat >serve.sh <<'END'
read method path rest
while read line && [ "$line" != "$(printf '\r')" ]; do :; done
printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nasked: %s %s\n' "$method" "$path"
END

# serve_ported: socat with a shell script for each connection. Sets $port and $server.
serve_ported() {
    "$run" socat -d -d TCP-LISTEN:0,fork,reuseaddr,bind=127.0.0.1 SYSTEM:'dash serve.sh' 2>socat.log &
    server=$!
    for i in $(seq 100); do
        port=$(sed -n 's/.*listening on .*:\([0-9]*\).*/\1/p' socat.log | head -1)
        [ "$port" ] && return
        sleep 0.1
    done
    fail 'socat listens' "$(cat socat.log)"
    finish
}

serve_windows() {
    : >port
    "$run" ./http.exe serve >port 2>err &
    server=$!
    port=
    for i in $(seq 100); do
        port=$(tr -dc 0-9 <port)
        [ "$port" ] && return
        sleep 0.1
    done
}

gives 'socat: standard input to a program and back' 0 'HELLO' \
    sh -c "echo hello | '$run' socat - SYSTEM:'tr a-z A-Z'"
gives 'socat: through a socket of AF_UNIX' 0 'through' sh -c "'$run' dash -c '
    socat UNIX-LISTEN:s SYSTEM:cat & i=0; while [ ! -e s ] && [ \$i -lt 200 ]; do sleep 0.05; i=\$((i+1)); done
    echo through | socat - UNIX-CONNECT:s; wait'"
gives 'socat: a pseudo terminal' 0 'terminal' \
    sh -c "'$run' socat - SYSTEM:'test -t 0 && echo terminal',pty,raw,echo=0,stderr </dev/null"
serve_ported
gives 'ported client, ported server' 0 'asked: GET /one' "$run" curl -s "http://127.0.0.1:$port/one"
gives 'Windows client, ported server' 0 'asked: GET /two' \
    sh -c "'$run' ./http.exe get $port /two | tail -1 | tr -d '\r'"
kill $server 2>/dev/null
wait $server 2>/dev/null
serve_windows
gives 'ported client, Windows server' 0 'asked: GET /four HTTP/1.1' \
    sh -c "'$run' curl -s http://127.0.0.1:$port/four | tr -d '\r'"
wait $server
serve_windows
gives 'socat as client, Windows server' 0 'asked: GET /five HTTP/1.0' \
    sh -c "printf 'GET /five HTTP/1.0\r\n\r\n' | '$run' socat -t 5 - TCP:127.0.0.1:$port | tail -1 | tr -d '\r'"
wait $server
gives 'curl: a refused connection' 7 '' "$run" curl -s "http://127.0.0.1:1/"
finish
