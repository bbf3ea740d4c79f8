#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# build/run CMD ARG...: runs a program of this build under Wine, in the build's own prefix, and
# becomes it: standard streams, signals and the exit code are the program's. CMD is a name on the
# PATH of build/root, a POSIX path in build/root, a path on the host, or a Windows name.
# Exit codes of its own: 127 no such program, 126 not a program, 125 Wine cannot be set up.
#
# No process is started on the way to Wine (except to create the prefix, once): it costs a millisecond.

case $0 in
/*) build=${0%/*} ;;
*/*) build=$PWD/${0%/*} ;;
*) build=$PWD ;;
esac
while :; do                     # ./build/run and ../build/run give tidy paths too
    case $build in
    */.) build=${build%/.} ;;
    */./*) build=${build%%/./*}/${build#*/./} ;;
    *) break ;;
    esac
done
root=$build/root

die() {
    status=$1
    shift
    printf 'run: %s\n' "$*" >&2
    exit "$status"
}

# Sets `prog` to the file that CMD means, or fails.
try() {
    for prog in "$1.exe" "$1"; do
        [ -f "$prog" ] && return 0
    done
    return 1
}

find_program() {
    case $1 in
    '') return 1 ;;
    [A-Za-z]:* | *\\*) prog=$1 kind=MZ; return 0 ;;
    /usr/bin/*) try "$root$1" || try "$root/bin/${1#/usr/bin/}" || try "$1" ;;
    /*) try "$root$1" || try "$1" ;;
    */*) try "$PWD/$1" ;;
    *)
        try "$root/bin/$1" || try "$root/usr/bin/$1" && return 0
        prog=$WINEPREFIX/drive_c/windows/system32/${1%.exe}.exe
        [ -f "$prog" ] && kind=MZ prog=$1
        ;;
    esac
}

# The first two bytes tell a Windows program from a script. `read` stops at the first newline,
# which a PE file has within its first 128 bytes.
file_kind() {
    IFS= read -r line <"$1" || :
    case $line in
    MZ*) kind=MZ ;;
    '#!'*) kind=script ;;
    *) kind=other ;;
    esac
}

# /a/b -> z:\a\b, without a process
windows_path() {
    winpath=z:
    rest=${1#/}
    while :; do
        winpath=$winpath\\${rest%%/*}
        case $rest in
        */*) rest=${rest#*/} ;;
        *) break ;;
        esac
    done
}

# Wine keeps sections in unlinked files of its server's folder. On a disk's file system each fresh page
# of them costs ten times what memory does (facts in ARCHITECTURE.md), so they go to /dev/shm where that
# has room: the file `wineserver` of a prefix names the folder, relative to $TMPDIR or /tmp.
sections_in_memory() {
    set -- $(df -kP /dev/shm 2>/dev/null | tail -n 1)
    [ "${1-}" = tmpfs ] && [ "$4" -ge 4194304 ] || return 0
    memory=$(mktemp -d /dev/shm/isthmus-wine-XXXXXX) || return 0
    mkdir -p "$WINEPREFIX"
    printf '../../../../../../../..%s' "$memory" >"$WINEPREFIX/wineserver"
    chmod 400 "$WINEPREFIX/wineserver"
}

# Several may come here at once: the first one works, the others wait for it.
make_prefix() {
    mkdir -p "$build" || exit 125
    (
        flock 9 || exit 125
        [ -f "$WINEPREFIX/.ready" ] && exit 0
        exec </dev/null >"$build/wineprefix.log" 2>&1
        unset DISPLAY WAYLAND_DISPLAY
        export WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
        rm -rf "$WINEPREFIX"
        sections_in_memory
        "$wine" wineboot -i || exit 125
        # A fresh prefix of Debian's Wine says Windows 7.
        "$wine" winecfg -v win10 || exit 125
        "$wine" reg add 'HKCU\Software\Wine\WineDbg' /v ShowCrashDialog /t REG_DWORD /d 0 /f || exit 125
        : >"$WINEPREFIX/.ready"
    ) 9>"$build/wineprefix.lock" || die 125 "cannot create the Wine prefix, see $build/wineprefix.log"
}

wine=/usr/lib/wine/wine64
if [ ! -x $wine ]; then
    wine=$(command -v wine64 || command -v wine) || die 125 'no Wine here (Debian package wine64)'
fi
export WINEPREFIX="$build/wineprefix" WINEDEBUG="${WINEDEBUG--all}"
export HOME="${HOME-/}"
[ -f "$WINEPREFIX/.ready" ] || make_prefix

[ $# -gt 0 ] || die 125 'usage: build/run CMD ARG...'
cmd=$1
shift
kind=
find_program "$cmd" || die 127 "$cmd: not found"
case $kind:$prog in
:*.exe) kind=MZ ;; # reading a line, byte by byte, can take a millisecond
:*) file_kind "$prog" ;;
esac

windows_path "$root/bin"
export WINEPATH="$winpath${WINEPATH:+;$WINEPATH}"

case $kind in
MZ) exec "$wine" "$prog" "$@" ;;
script)
    [ -f "$root/bin/sh.exe" ] || die 126 "$cmd: a script, and there is no shell in $root/bin"
    case $prog in
    "$root"/*) prog=${prog#"$root"} ;;
    *) prog=/cygdrive/z$prog ;;
    esac
    exec "$wine" "$root/bin/sh.exe" "$prog" "$@"
    ;;
*) die 126 "$cmd: neither a Windows program nor a script" ;;
esac
