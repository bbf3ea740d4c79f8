# SPDX-License-Identifier: BSD-2-Clause
# Shell functions shared by the scripts of sdk/. Expects $out, $deps and $src.

newlib=newlib-3.3.0
newlib_tarball=${NEWLIB_TARBALL:-/usr/src/newlib/$newlib.tar.xz}

say() {
    echo "sdk: $*"
}

die() {
    echo "sdk: $*" >&2
    exit 1
}

# find_llvm NAME: path of llvm-NAME, plain or of a numbered release.
find_llvm() {
    for v in "" -14 -15 -16 -17 -18 -19; do
        command -v "llvm-$1$v" && return 0
    done
    return 1
}

find_tools() {
    clang=${CLANG:-$(command -v clang || command -v clang-14)} || die "clang not found (package clang)"
    lld=${LLD:-$(command -v ld.lld || command -v ld.lld-14)} || die "ld.lld not found (package lld)"
    ar=${LLVM_AR:-$(find_llvm ar)} || die "llvm-ar not found (package llvm)"
}

# swap_in NEW DIR: DIR becomes NEW; nothing is touched when they are the same.
swap_in() {
    if diff -rq "$1" "$2" > /dev/null 2>&1; then
        rm -rf "$1"
        return
    fi
    rm -rf "$2.old"
    [ ! -d "$2" ] || mv "$2" "$2.old"
    mv "$1" "$2"
    rm -rf "$2.old"
}

# newlib's source, once, below $deps; the directory appears only when complete.
unpack_newlib() {
    [ -d "$deps/$newlib" ] && return
    [ -r "$newlib_tarball" ] || die "$newlib_tarball not found (package newlib-source)"
    say "unpacking $newlib_tarball"
    rm -rf "$deps/newlib.tmp"
    mkdir -p "$deps/newlib.tmp"
    tar -xf "$newlib_tarball" -C "$deps/newlib.tmp"
    mv "$deps"/newlib.tmp/* "$deps/$newlib"
    rmdir "$deps/newlib.tmp"
}

# newlib_header TEMPLATE: newlib.h or _newlib_version.h with the values of
# sdk/newlib.config ("NAME [VALUE]" per line) on standard output.
newlib_header() {
    awk '
        FILENAME == ARGV[1] { if ($1 !~ /^#/ && NF) value[$1] = NF > 1 ? $2 : ""; next }
        $1 == "#undef" && ($2 in value) { print "#define " $2 " " value[$2]; next }
        $1 == "#undef" { print "/* #undef " $2 " */"; next }
        { print }
    ' "$src/sdk/newlib.config" "$deps/$newlib/newlib/$1"
}

# install_script TEMPLATE NAME: with the paths of the tools filled in.
install_script() {
    sed -e "s|@CLANG@|$clang|" -e "s|@LLD@|$lld|" -e "s|@RESOURCE_INCLUDE@|$resource|" "$1" > "$out/bin/$2.tmp"
    chmod +x "$out/bin/$2.tmp"
    mv "$out/bin/$2.tmp" "$out/bin/$2"
}

# install_tool NAME COMMAND...: a wrapper under the name of the triple.
install_tool() {
    tool=$out/bin/x86_64-pc-cygwin-$1
    shift
    printf '#!/bin/sh\nexec %s "$@"\n' "$*" > "$tool.tmp"
    chmod +x "$tool.tmp"
    mv "$tool.tmp" "$tool"
}
