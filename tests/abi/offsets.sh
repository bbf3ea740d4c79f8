# SPDX-License-Identifier: BSD-2-Clause
# The layouts of lib/abi are the same for the host's compiler, mingw's and the SDK's: a host program
# prints size and offset of everything as static assertions, and the other two compile those.
. "$TOP/tests/tap.sh"

cd "$TOP" || exit 1
work=$OLDPWD

# struct NAME { ... member ... }; one member a line, which is how lib/abi is written
awk '
    FNR == 1 { print "#include \"" FILENAME "\"" >heads }
    { sub(/\/\*.*/, "") }
    /^struct [a-z_0-9]+ *\{/ { s = $2; print "S(struct " s ")"; next }
    /^\};/ { s = "" }
    s && /;/ {
        line = $0
        sub(/;.*/, "", line)
        if (line ~ /[({]/) next
        n = split(line, part, ",")
        for (i = 1; i <= n; i++) {
            m = part[i]
            gsub(/\[[^]]*\]/, "", m)
            gsub(/[* \t]+$/, "", m)
            sub(/.*[* \t]/, "", m)
            if (m != "") print "O(struct " s ", " m ")"
        }
    }
' heads="$work/heads.h" lib/abi/*.h >"$work/list.h"

{
    cat "$work/heads.h"
    cat <<"E2"
#include <stddef.h>
#include <stdio.h>
#define S(t) printf("_Static_assert(sizeof(" #t ") == %zu, \"size of " #t "\");\n", sizeof(t));
#define O(t, m) printf("_Static_assert(offsetof(" #t ", " #m ") == %zu, \"" #t "." #m "\");\n", offsetof(t, m));
int main(void) {
E2
    cat "$work/list.h"
    echo "return 0; }"
} >"$work/host.c"
cc=$(sed -n 's/^HOSTCC *:= *//p' Makefile)
mingw=$(sed -n 's/^MINGW_CC *:= *//p' Makefile)
flags='-std=gnu11 -I. -Ilib -Ilib/abi'

check 'the host compiles lib/abi' $cc $flags "$work/host.c" -o "$work/host"
{ echo '#include <stddef.h>'; cat "$work/heads.h"; "$work/host"; } >"$work/assert.c"
n=$(grep -c _Static_assert "$work/assert.c")
[ "$n" -gt 100 ] && pass "there is something to compare" || fail 'there is something to compare' "$n members"
check 'mingw agrees' "$mingw" $flags -fsyntax-only "$work/assert.c"
check 'the SDK agrees' "$BUILD/sdk/bin/x86_64-pc-cygwin-gcc" $flags -fsyntax-only "$work/assert.c"
finish
