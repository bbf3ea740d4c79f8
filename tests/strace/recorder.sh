# SPDX-License-Identifier: BSD-2-Clause
# timeout: 60
# The flight recorder of a process that nobody traces: the last events, without a gap; failures with
# the path rule that led there; nothing of calls that went well.
. "$TOP/tests/tap.sh"
hold=$BUILD/tests/sdk/strace/prog-hold.exe
ring=$BUILD/tests/mingw/strace/win-ring.exe
[ -f "$hold" ] && [ -f "$ring" ] || skip_all "not built: $hold, $ring"

mkfifo fifo
"$run" "$hold" <fifo >pid 2>err &
exec 3>fifo
while [ ! -s pid ] && kill -0 $!; do sleep 0.1; done
winpid=$(tr -d '\r\n' <pid)
"$run" "$ring" "z:$BUILD/root" "$winpid" >got 2>err.ring
check 'the recorder can be read while the process runs' test $? = 0
check 'the last mark is there' grep -q 'mark: last words' got
check 'a failed call with its path' sh -c "grep -B1 'open(\"/no/such/file\", O_RDONLY, 0) = -1 ENOENT' got | grep -q 'path:.*/no/such/file'"
check 'a call that went well is not' sh -c "! grep -q 'open(\"/bin\"' got"
check 'the last numbers follow each other without a gap' sh -c \
    "sed -n 's/.*mark: \\([0-9]*\\) first/\\1/p' got >n; test \$(wc -l <n) -gt 500 && tail -n 1 n | grep -qx 19999 && \
     seq \$(head -n 1 n) 19999 | cmp - n"
echo >&3
exec 3>&-
wait $!
check 'the process ends well' test $? = 0
finish
