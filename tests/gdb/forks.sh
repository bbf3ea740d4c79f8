# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# isthmus-gdb follows a program into its children: breakpoints are theirs, too.
. "$TOP/tests/tap.sh"

command -v x86_64-w64-mingw32-gdb >/dev/null || skip_all "no gdb for mingw"
[ -f /usr/share/win64/gdbserver.exe ] || skip_all "no gdbserver for mingw"
private_tree
cp "$BUILD/isthmus-gdb" "$BUILD/isthmus.py" build/
cp "$BUILD/tests/sdk/gdb/prog-forks.exe" forks.exe

# main -> child (inferior 2) -> grandchild (3); then another child (4)
timeout 150 build/isthmus-gdb -batch -ex 'follow-posix-child on' -ex 'break work' -ex continue -ex 'echo A\n' -ex 'print who' \
    -ex bt -ex continue -ex 'inferior 2' -ex continue -ex 'echo B\n' -ex 'print who' -ex continue -ex 'inferior 1' \
    -ex continue -ex 'echo C\n' -ex 'print who' -ex continue -ex 'inferior 1' -ex continue -ex 'echo D\n' -ex 'print who' \
    -ex 'info inferiors' -ex continue forks.exe </dev/null >out 2>&1
check "the grandchild stops at the breakpoint" sh -c 'sed -n "/^A/,/^B/p" out | grep -q "^.1 = 4"'
check "with the stack up to main" sh -c 'sed -n "/^A/,/^B/p" out | grep -q "^#1 .* main ()"'
check "so does the child, when it goes on" sh -c 'sed -n "/^B/,/^C/p" out | grep -q "= 1"'
check "and the next child" sh -c 'sed -n "/^C/,/^D/p" out | grep -q "= 2"'
check "and the parent, which got the sum of all" sh -c 'sed -n "/^D/,\$p" out | grep -q "= 7"'
check "all ended" grep -q 'Inferior 1 .* exited with code 07' out
[ $tap_bad = 0 ] || sed 's/^/# /' out
timeout 60 build/isthmus-gdb -batch -ex 'break work' -ex continue -ex 'print who' -ex continue forks.exe </dev/null >off 2>&1
check "without it children run by themselves" sh -c 'grep -q "= 7" off && grep -q "exited with code 07" off'
finish
