# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# Pipelines under a storm of signals (prog-pipes.c). Short, unless SOAK=SECONDS is set: then 200 processes in
# pipelines of 20 for that time.
. "$TOP/tests/tap.sh"
cp "$BUILD/tests/sdk/soak/prog-pipes.exe" pipes.exe
if [ -n "$SOAK" ]; then
    set -- 10 20 "$SOAK" $$
else
    set -- 2 5 2 1
fi
timeout $((200 + ${SOAK:-0})) "$run" ./pipes.exe "$@" >out 2>&1
cat out | grep '^#'
for i in 1 2 3 4; do
    line=$(grep -E "^(not )?ok $i - " out)
    case $line in
    ok*) pass "${line#* - }" ;;
    *) fail "${line#* - }" "$(cat out)" ;;
    esac
done
finish
