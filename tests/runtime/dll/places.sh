# SPDX-License-Identifier: BSD-2-Clause
# timeout: 400
# Fork protection where links cannot be made: no hard links, another volume, a directory that others may
# write to, none at all. It works, or says in words why not.
. "$TOP/tests/tap.sh"
. "$TOP/tests/runtime/dll/versions.lib"
need_program strace dash cygcheck
private_tree
check 'versions of a program and its DLLs build' build_versions
install_version 1
fork_root=$tree/var/run/cygfork
event() { jq -e -s "any($1)" trace >/dev/null; }
round=0

# trial WORD...: a program whose DLL is replaced forks; sets answer
trial() {
    round=$((round + 1))
    rm -f trace
    start_program strace -f -e dll,fork --json -o trace
    replace cygone.dll v$((round % 2 + 2))/cygone.dll
    echo go >&8
    answer=
    read -r answer <&9
    stop_program
    check "the program ends well $1" test $status = 0
    replace cygone.dll v1/cygone.dll
}

CYGWIN=caps:-hard_links
export CYGWIN
trial 'without hard links'
check 'without hard links: it works' test "$answer" = 'go: fine'
check 'an event says why there are copies' event '.event == "dll_copied" and (.why | contains("switched off"))'
unset CYGWIN
"$run" dash -c 'exit 0'
check 'its directory is gone' test -z "$(ls "$fork_root")"

other=$(mktemp -d /dev/shm/isthmus.XXXXXX)
rmdir "$fork_root" && ln -s "$other" "$fork_root"
trial 'with /var/run/cygfork on another volume'
check 'another volume: it works' test "$answer" = 'go: fine'
check 'copies were made' event '.event == "dll_copied"'
check 'they are there' test -n "$(ls "$other")"
"$run" dash -c 'exit 0'
check 'and gone' test -z "$(ls "$other")"
rm "$fork_root"
rm -rf "$other"

# A file system that is read-only, also for root: a mount of our own, else one of the kernel's.
other=$(mktemp -d /dev/shm/isthmus.XXXXXX)
mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$other"' EXIT
trap 'exit 1' HUP INT TERM
place=/sys/kernel
if mount -t tmpfs -o ro isthmus "$other" 2>/dev/null; then place=$other mounted=$other; fi
if mkdir "$place/isthmus" 2>/dev/null; then
    rmdir "$place/isthmus"
    skip 'with a read-only /var/run' 'no mount could be made, and /sys/kernel can be written to'
else
    ln -s "$place" "$fork_root"
    trial 'with a read-only /var/run'
    check 'read-only: the fork fails, and says so' test "$answer" = 'go: No more processes'
    check 'an event says what could not be made, and why' event '.event == "dll_skipped" and
        (.what | contains("/var/run/cygfork")) and (.why | contains("could not be made")) and
        (.errno == "EROFS" or .errno == "EPERM" or .errno == "EACCES" or .errno == "ENOENT")'
    check 'one, where the child was created from' event '.event == "dll_protection" and .from == "originals" and
        (.why | contains("no directory"))'
    check 'one, which image the child lacked' event '.event == "dll_child_failed" and (.name | endswith("cygone.dll"))'
    "$run" cygcheck --fork-protection >list 2>&1
    check 'cygcheck says that it cannot be written to' grep -q 'off for you: .*cygfork cannot be written to' list
    rm "$fork_root"
fi
[ -z "$mounted" ] || { umount "$mounted" && mounted=; }
rmdir "$other"
mkdir "$fork_root"

# What the user's directory is called is known once there was one.
trial 'as usual'
sid=$(ls "$fork_root")
check 'a directory of the user' test -d "$fork_root/$sid"
"$run" dash -c 'exit 0'

mkdir -p "$fork_root/$sid" && chmod 777 "$fork_root/$sid"
trial 'with a directory that others may write to'
check 'an event refuses it' event '.event == "dll_refused" and (.why | contains("write"))'
check 'the fork fails, and says so' test "$answer" != 'go: fine'
check 'nothing was put there' test -z "$(ls "$fork_root/$sid")"
check 'the event names the image' event '.event == "dll_child_failed" and (.name | endswith("cygone.dll"))'
rm -rf "${fork_root:?}/$sid"

: >"$fork_root/$sid"
trial 'with a file in the place of the directory'
check 'it is told' event '.event == "dll_skipped" and .errno != null'
rm "$fork_root/$sid"

rmdir "$fork_root"
trial 'without /var/run/cygfork'
check 'an event says that there is no protection' event '.event == "dll_protection" and .from == "off"'
finish
