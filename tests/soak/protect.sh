# SPDX-License-Identifier: BSD-2-Clause
# timeout: 900
# alone: it starts dozens of processes
# Fork protection under a storm: processes of three generations fork while their files are replaced and some
# of them are killed, those that are linking or cleaning up, too. Every fork works, every child has its
# parent's versions, nothing is left. Short and without kills, unless SOAK=SECONDS is set: then 50 processes
# for that time, and as many kills as the machine allows.
. "$TOP/tests/tap.sh"
. "$TOP/tests/runtime/dll/versions.lib"
need_program dash
private_tree
fork_root=$tree/var/run/cygfork
seconds=${SOAK:-8}
processes=6
[ -z "$SOAK" ] || processes=${SOAK_PROCESSES:-50}

check 'three versions of a program and its DLLs build' build_versions
install_version 1
mkdir out
cp "$tree/bin/isthmus1.dll" runtime.dll

# An instance is there when it has said so: files are not replaced while a loader is at them.
started=0
start_instance() {
    started=$((started + 1))
    "$run" ./versions.exe storm >out/$started 2>out/$started.err </dev/null &
    for i in 1 2 3 4 5 6 7 8 9 10; do
        timeout 10 sh -c "until grep -q ready out/$started; do kill -0 $! 2>/dev/null || exit; sleep 0.05; done" && return
    done
}

# Host processes that run here: Windows processes of this test and no others.
mine() {
    for p in /proc/[0-9]*; do
        [ "$(readlink "$p/cwd" 2>/dev/null)" = "$PWD" ] && tr '\0' ' ' <"$p/cmdline" 2>/dev/null |
            grep -q 'versions\.exe' && echo "${p#/proc/}"
    done
}

kills=0
end=$(($(date +%s) + seconds))
version=1
while [ "$(date +%s)" -lt $end ]; do
    [ "$(mine | wc -l)" -ge $processes ] || start_instance
    version=$((version % 3 + 1))
    case $((started % 4)) in
    0) replace "$tree/bin/isthmus1.dll" runtime.dll ;;
    1) replace cygone.dll v$version/cygone.dll ;;
    2) rm -f cygtwo.dll; replace cygtwo.dll v$version/cygtwo.dll ;;
    *) install_version $version ;;
    esac
    if [ "$SOAK" ] && [ "$(mine | wc -l)" -gt $((processes / 2)) ]; then
        victim=$(mine | shuf -n 1)
        [ -z "$victim" ] || kill -KILL "$victim" 2>/dev/null && kills=$((kills + 1))
    fi
done
: >stop
wait
# Who is killed between making a child and letting it run leaves it suspended, under Wine for ever.
left=$(mine)
[ -z "$left" ] || { echo "# left by parents that were killed: $(echo "$left" | wc -l)"; kill -KILL $left; }
cat out/*[0-9] | grep '^#' | head -20
cat out/*[0-9] | awk '/^storm:/ { n++; forks += $2; failed += $4; wrong += $6; killed += $8 }
    END { printf "# %d processes came to their end: %d forks, %d failed, %d wrong, %d killed\n", n, forks, failed, wrong, killed }' >sum
cat sum
echo "# $started started, $kills killed from outside"
check 'there were forks' test "$(sed 's/.*end: \([0-9]*\) forks.*/\1/' sum)" -gt 0
check 'no fork failed' grep -q ' 0 failed' sum
check 'no child had other versions than its parent' grep -q ' 0 wrong' sum
"$run" dash -c 'exit 0'
check 'no directory is left' test -z "$(ls "$fork_root")"
finish
