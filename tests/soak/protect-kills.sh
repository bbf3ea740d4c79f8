# SPDX-License-Identifier: BSD-2-Clause
# timeout: 1200
# Fork protection: who makes a directory with links is killed at it, and so is who removes one. A process of
# the same files then completes the directory and forks; the next start removes what nobody uses.
# SOAK_KILLS=N: of each kind.
. "$TOP/tests/tap.sh"
. "$TOP/tests/runtime/dll/versions.lib"
need_program dash
private_tree
fork_root=$tree/var/run/cygfork
kills=${SOAK_KILLS:-6}

check 'three versions of a program and its DLLs build' build_versions
install_version 1

# Host processes that run here, but for shells: whoever was killed while Wine made a process for it leaves that.
left_over() {
    find /proc -maxdepth 2 -name cwd -lname "$PWD" 2>/dev/null | while IFS=/ read -r _ _ p _; do
        case $(tr "\0" " " <"/proc/$p/cmdline") in
        *versions.exe*) echo "$p" ;;
        esac
    done 2>/dev/null
}

# Files of the one directory that is there.
files() {
    set -- "$fork_root"/*/versions.exe-*/* "$fork_root"/*/versions.exe-*/*/*
    n=0
    for f; do
        [ ! -f "$f" ] || n=$((n + 1))
    done
    echo $n
}
there() {
    set -- "$fork_root"/*/versions.exe-*
    [ -e "$1" ]
}

# The same files run twice: the one that will be killed, and the one that goes on.
mkfifo victim.in
linking=0 incomplete=0 bad=0
for i in $(seq "$kills"); do
    install_version 1
    start_program
    "$run" ./versions.exe <victim.in >victim.out 2>&1 8>&- 9<&- &
    victim=$!
    exec 7>victim.in
    until grep -q ready victim.out; do sleep 0.01; done
    replace cygone.dll v2/cygone.dll
    echo go >&7
    until there; do :; done
    j=$((i * 37 % 100)) # a little later each time: at another file
    while [ $j -gt 0 ]; do j=$((j - 1)); done
    kill -KILL $victim
    wait $victim 2>/dev/null
    exec 7>&-
    if there; then
        linking=$((linking + 1))
        [ "$(files)" -ge 7 ] || incomplete=$((incomplete + 1))
    fi
    echo go >&8
    answer=
    read -r answer <&9
    [ "$answer" = 'go: fine' ] || { bad=$((bad + 1)); echo "# $answer"; }
    stop_program
done
echo "# $linking killed when a directory was there, $incomplete of them before it was complete"
check 'some were killed while they made their directory' test $incomplete -gt 0
check 'no fork of the others failed' test $bad = 0

cleaning=0
for i in $(seq "$kills"); do
    install_version 1
    start_program
    replace cygone.dll v2/cygone.dll
    echo go >&8
    read -r answer <&9
    kill -KILL $program
    wait $program 2>/dev/null
    exec 8>&- 9<&-
    before=$(files)
    "$run" dash -c 'exit 0' &
    cleaner=$!
    while now=$(files) && [ "$now" = "$before" ] && kill -0 $cleaner 2>/dev/null; do :; done
    kill -KILL $cleaner 2>/dev/null
    wait $cleaner 2>/dev/null
    ! there || cleaning=$((cleaning + 1))
done
left=$(left_over)
[ -z "$left" ] || {
    for p in $left; do
        echo "# left: $(tr "\0" " " <"/proc/$p/cmdline"), $(cat "/proc/$p/wchan"), $(grep State "/proc/$p/status")"
    done
    kill -KILL $left
}
echo "# $cleaning of $kills killed while they removed a directory"
check 'some were killed while they cleaned up' test $cleaning -gt 0
"$run" dash -c 'exit 0'
check 'no directory is left' test -z "$(ls "$fork_root")"
finish
