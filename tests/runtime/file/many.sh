# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# A folder of 50,000 files: the same program prints the same here and on the build host. The host makes the files:
# under Wine each new name costs a look at all the others, for the letters' case may differ.
. "$TOP/tests/tap.sh"

many=50000
prog=$BUILD/tests/sdk/runtime/file/prog-many.exe
command -v cc >/dev/null || skip_all "no compiler of the host"
cc -std=gnu11 -O1 -o native "$TOP/tests/runtime/file/prog-many.c" || exit 1
for side in native ported; do
    mkdir $side.d
    (cd $side.d && seq -f 'file-%05.0f' 0 $((many - 1)) | xargs touch)
done
(cd native.d && ../native $many >../native.out 2>&1)
(cd ported.d && "$BUILD/run" "$prog" $many >../ported.out 2>&1)
if grep -q "^removed $many" native.out && cmp -s native.out ported.out; then
    pass "$many files: both print the same"
else
    fail "$many files: both print the same" "$(diff native.out ported.out)"
fi
if rmdir native.d ported.d; then pass 'both folders are empty'; else fail 'both folders are empty'; fi
finish
