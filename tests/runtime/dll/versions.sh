# SPDX-License-Identifier: BSD-2-Clause
# Sourced by scripts that replace DLLs below running programs: builds three versions of a program with three
# linked and two opened DLLs into v1, v2, v3, and starts it as a coprocess.
cc=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc
dlls='cygone.dll cygtwo.dll cygthree.dll cygplug.dll sub/cygplug.dll'

build_versions() {
    for v in 1 2 3; do
        mkdir -p v$v/sub
        for l in one two three plug; do
            echo "int ${l}_version(void) { return $v; }" >$l.c
            "$cc" -shared -o v$v/cyg$l.dll $l.c -Wl,--out-implib,lib$l.dll.a || return 1
        done
        echo "int plug_version(void) { return $((v + 10)); }" >plug.c
        "$cc" -shared -Wl,--image-base,0x140000000 -o v$v/sub/cygplug.dll plug.c || return 1
        "$cc" -w -DVERSION=$v -o v$v/versions -x c "$TOP/tests/runtime/dll/versions.inc" \
            -x none -L. -lone -ltwo -lthree || return 1
    done
}

# install N: version N, each file new
install_version() {
    for f in $dlls versions.exe; do
        replace "$f" "v$1/$f"
    done
}

# replace FILE BY: as package managers do: aside, then the new one under the old name
n_aside=0
replace() {
    n_aside=$((n_aside + 1))
    [ ! -e "$1" ] || mv "$1" "$1.old.$n_aside"
    mkdir -p sub && cp "$2" "$1.new" && mv "$1.new" "$1"
}

# start_program [STRACE...]: answers come line by line
start_program() {
    mkfifo to from
    "$run" "$@" ./versions.exe <to >from 2>program.err &
    program=$!
    exec 8>to 9<from
    rm to from
    read -r answer <&9
}

# ask TEXT: one fork with a fork in it; the answer has to be "TEXT: fine"
ask() {
    echo "$1" >&8
    answer=
    read -r answer <&9
    if [ "$answer" = "$1: fine" ]; then pass "$1"; else fail "$1" "got: $answer" "$(tail -3 program.err)"; fi
}

stop_program() {
    exec 8>&-
    wait $program
    status=$?
    exec 9<&-
}
