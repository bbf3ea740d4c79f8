# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# Compares what strace prints with what the traced programs say it has to print. See README.
. "$TOP/tests/tap.sh"
need_program strace

for src in "$SRCDIR"/prog-*.c; do
    name=${src##*/prog-}
    name=${name%.c}
    cp "$BUILD/tests/sdk/golden/prog-$name.exe" . || continue
    "$run" strace -e syscall -o trace "./prog-$name.exe" >want 2>err </dev/null
    status=$?
    # between the marks, without "HH:MM:SS.us " before and " <0.000012>" behind
    sed -n '/golden:begin/,/golden:end/p' trace | grep -v golden: |
        sed -e 's/^[0-9:.]* //' -e 's/ <[0-9.]*>$//' >got
    tr -d '\r' <want >want.unix
    if [ $status = 0 ] && [ -s got ] && cmp -s want.unix got; then
        pass "trace of prog-$name"
    else
        fail "trace of prog-$name" "status $status" "$(diff -u want.unix got)" "$(cat err)"
    fi
done
finish
