# SPDX-License-Identifier: BSD-2-Clause
# timeout: 60
# HTTP: curl, and a plain Windows program as its server.
. "$TOP/tests/tap.sh"
need_program curl
cp "$BUILD/tests/mingw/ports/win-http.exe" http.exe

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

serve_windows
gives 'curl gets a page of a Windows program' 0 'asked: GET /four HTTP/1.1' \
    sh -c "'$run' curl -s http://127.0.0.1:$port/four | tr -d '\r'"
wait $server
serve_windows
gives 'its head, too' 0 'HTTP/1.0 200 OK' sh -c "'$run' curl -s -i http://localhost:$port/five | head -1 | tr -d '\r'"
wait $server
gives 'a refused connection' 7 '' "$run" curl -s "http://127.0.0.1:1/"
gives 'a protocol that it was built without' 1 '' "$run" curl -s "https://127.0.0.1:1/"
finish
