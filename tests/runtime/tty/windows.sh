# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# A plain Windows program on a pseudo terminal.
. "$TOP/tests/tap.sh"
cp "$BUILD/tests/mingw/runtime/file/win-copy.exe" copy.exe
cp "$BUILD/tests/sdk/runtime/tty/prog-windows.exe" windows.exe
"$run" ./windows.exe >out 2>&1
for i in 1 2 3; do
    line=$(grep -E "^(not )?ok $i - " out)
    case $line in
    ok*) pass "${line#* - }" ;;
    *) fail "${line#* - }" "$(cat out)" ;;
    esac
done
finish
