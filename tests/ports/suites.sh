# SPDX-License-Identifier: BSD-2-Clause
# timeout: 600
# The own tests of the ports that CI builds (bootstrap check): each of their tests is one here.
. "$TOP/tests/tap.sh"
any=
for port in lua zlib; do
    [ -f "$BUILD/deps/ports/$port/installed" ] || { skip "$port" 'not built (make ports)'; continue; }
    any=1
    if [ $port = zlib ] && [ ! -f "$BUILD/root/usr/bin/cmp.exe" ] && [ ! -f "$BUILD/root/bin/cmp.exe" ]; then
        skip zlib 'its suite needs cmp: make ports P=diffutils'
        continue
    fi
    "$TOP/ports/test" $port "$BUILD" >"$port.log" 2>&1
    status=$?
    while read -r result name; do
        case $result in
        PASS) pass "$port: $name" ;;
        FAIL) fail "$port: $name" "$(cat "$BUILD/deps/ports/$port/test.log")" ;;
        SKIP) skip "$port: $name" 'by its own suite' ;;
        esac
    done <"$BUILD/deps/ports/$port/result"
    [ $status = 0 ] || fail "$port: whole suite" "$(cat "$port.log")"
done
[ "$any" ] || skip_all 'no port is built (make ports)'
finish
