#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bench/protect.sh [NAME]: figures of fork protection. Builds the DLLs that bench/protect.c opens, in a
# directory of their own, and runs it.

cd "$(dirname "$0")/.." || exit 1
dir=build/bench/protect.d
rm -rf $dir && mkdir -p $dir || exit 1
i=0
while [ $i -lt 30 ]; do
    echo "int bench_value = $i; int bench_function(void) { return bench_value; }" >$dir/dll.c
    # side by side: bases that come from names may meet
    build/sdk/bin/x86_64-pc-cygwin-gcc -shared -Wl,--image-base,$(printf 0x%x $((0x130000000 + i * 0x100000))) \
        -o $dir/cygbench$i.dll $dir/dll.c || exit 1
    i=$((i + 1))
done
build/run build/bench/protect.exe $dir "$@" </dev/null
status=$?
rm -rf $dir
exit $status
