# SPDX-License-Identifier: BSD-2-Clause
# timeout: 240
# dlopen and friends, the same program with the same libraries on Linux and here: symbols, references,
# constructors and destructors, scopes, errors; forks with the libraries open, with both schemes.
. "$TOP/tests/tap.sh"
sdk=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc
src=$SRCDIR/dl
[ -d "$src" ] || src=$TOP/tests/posix/dl
host=${HOSTCC:-cc}
mkdir linux here

# A library is libNAME.so there and cygNAME.dll here; programs ask for libNAME.so.
build() {
    (
        cd linux || exit 1
        cp "$src"/*.inc . 2>/dev/null
        for l in dep plug linked noload; do
            $host -w -shared -fPIC -DNAME=\"$l\" -o lib$l.so -x c "$src/lib-$l.inc" \
                $(test $l = plug && echo -L. -ldep -Wl,-rpath,.) || exit 1
        done
        $host -w -D_GNU_SOURCE -rdynamic -o main -x c "$src/main.inc" -L. -llinked -Wl,-rpath,. -ldl
    ) || return 1
    (
        cd here || exit 1
        for l in dep plug linked noload; do
            "$sdk" -w -shared -o cyg$l.dll -x c "$src/lib-$l.inc" -Wl,--out-implib,lib$l.dll.a \
                $(test $l = plug && echo -x none -L. -ldep) || exit 1
        done
        "$sdk" -w -D_GNU_SOURCE -rdynamic -o main -x c "$src/main.inc" -x none -L. -llinked -ldl
    )
}

check 'the same sources build for both' build

# At exit libraries go after the program, in an order that nothing prescribes.
ordered() {
    awk '!behind || !/: down$/ { for (i = 1; i <= n; i++) print held[i] | "sort"; close("sort"); n = behind = 0; print; fflush() }
         behind && /: down$/ { held[++n] = $0 }
         /^main: down$/ { behind = 1 }' "$1" >"$1.ordered"
}
(cd linux && LD_LIBRARY_PATH=. ./main) >linux.out 2>linux.err
echo "status $?" >>linux.out
ordered linux.out
for scheme in '' fork:copy fork:parked; do
    (cd here && CYGWIN=$scheme LD_LIBRARY_PATH=. "$run" ./main.exe) >here.out 2>here.err
    echo "status $?" >>here.out
    ordered here.out
    if cmp -s linux.out.ordered here.out.ordered; then
        pass "both print the same${scheme:+ with CYGWIN=$scheme}"
    else
        fail "both print the same${scheme:+ with CYGWIN=$scheme}" "$(diff -u linux.out.ordered here.out.ordered)" "$(head here.err)"
    fi
done
finish
