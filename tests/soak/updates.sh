# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# A program with three linked and two opened DLLs forks once a second while a second process updates them in
# every way: issue 6, first line. SOAK=60 is that line; without it, some seconds.
. "$TOP/tests/tap.sh"
. "$TOP/tests/runtime/dll/versions.lib"
need_program dash strace
private_tree
fork_root=$tree/var/run/cygfork
seconds=${SOAK:-8}

check 'three versions of a program and its DLLs build' build_versions
for v in 1 2 3; do # builds of the runtime that differ in their time stamp
    cp "$tree/bin/isthmus1.dll" v$v/isthmus1.dll
    printf "$v" | dd of=v$v/isthmus1.dll bs=1 seek=136 conv=notrunc 2>/dev/null
done
cp "$BUILD/tests/sdk/soak/prog-updates.exe" updates.exe
install_version 1

start_program strace -f -e dll,fork -o trace.txt
check 'it has version 1' test "$answer" = 'ready 1 1 1 1 11 1'
"$run" ./updates.exe "$seconds" /bin/isthmus1.dll >updates 2>&1 &
updater=$!
forks=0 wrong=0
while kill -0 $updater 2>/dev/null; do
    forks=$((forks + 1))
    echo "fork $forks" >&8
    answer=
    read -r answer <&9
    [ "$answer" = "fork $forks: fine" ] || { wrong=$((wrong + 1)); echo "# $answer"; }
    sleep 1 # once a second is what the program does, not a wait for something
done
wait $updater
check 'the updates went on to their end' test $? = 0
sed 's/^/# /' updates
echo "# $forks forks of two generations each, $wrong wrong"
check 'every way of updating was taken' sh -c '! grep -q " 0$" updates'
check 'every fork worked, every child has the versions of its parent' test $wrong = 0
check 'children were created from links' grep -q 'created from "/var/run/cygfork/' trace.txt
stop_program
check 'the program ended well' test $status = 0
install_version 2
gives 'a new program takes the new files' 0 'ready 2 2 2 2 12 2' "$run" ./versions.exe
"$run" dash -c 'exit 0'
check 'no directory is left' test -z "$(ls "$fork_root")"
finish
