# SPDX-License-Identifier: BSD-2-Clause
# timeout: 1200
# alone: it starts dozens of processes
# Fork protection under a storm: processes of three generations fork while their files are replaced and some
# of them are killed, those that are linking or cleaning up, too. Every fork works, every child has its
# parent's versions, nothing is left. Seconds long with a few kills, unless SOAK=SECONDS is set: then 50
# processes for that time, until 500 were killed (SOAK_PROCESSES, SOAK_KILLS).
. "$TOP/tests/tap.sh"
. "$TOP/tests/runtime/dll/versions.lib"
need_program dash
private_tree
fork_root=$tree/var/run/cygfork
seconds=${SOAK:-8}
processes=${SOAK_PROCESSES:-$([ "$SOAK" ] && echo 50 || echo 6)}
wanted_kills=${SOAK_KILLS:-$([ "$SOAK" ] && echo 500 || echo 20)}

check 'three versions of a program and its DLLs build' build_versions
install_version 1
mkdir out
cp "$tree/bin/isthmus1.dll" runtime.dll

# An instance is there when it has said so: files are not replaced while a loader is at them.
started=0
start_instance() {
    started=$((started + 1))
    out=out/$started
    "$run" ./versions.exe storm >$out 2>$out.err </dev/null &
    instance=$!
    until grep -qs '^ready' $out; do
        kill -0 $instance 2>/dev/null || break
        sleep 0.05
    done
}

# Host processes that run here: Windows processes of this test and no others. Sets `mine`, their number `n`,
# and how many of them are the first of their instance.
find_mine() {
    mine= n=0 instances=0
    for p in $(find /proc -maxdepth 2 -name cwd -lname "$PWD" 2>/dev/null); do
        p=${p%/cwd}
        read -r _ comm _ parent _ <"$p/stat" || continue
        [ "$comm" = '(versions.exe)' ] || continue
        mine="$mine ${p#/proc/}"
        n=$((n + 1))
        [ "$parent" != $$ ] || instances=$((instances + 1))
    done 2>/dev/null
}

kill_one() {
    kill -KILL $(echo $mine | tr ' ' '\n' | shuf -n 1) 2>/dev/null && kills=$((kills + 1))
}

kills=0 most=0
end=$(($(date +%s) + seconds))
version=1
while [ "$(date +%s)" -lt $end ] || { [ "$SOAK" ] && [ $kills -lt $wanted_kills ]; }; do
    find_mine
    [ $n -le $most ] || most=$n
    [ $instances -ge $((processes / 3)) ] || { start_instance; continue; }
    version=$((version % 3 + 1))
    case $((kills % 4)) in
    0) replace "$tree/bin/isthmus1.dll" runtime.dll ;;
    1) replace cygone.dll v$version/cygone.dll ;;
    2) rm -f cygtwo.dll; replace cygtwo.dll v$version/cygtwo.dll ;;
    *) install_version $version ;;
    esac
    [ $kills -ge $wanted_kills ] || { kill_one; kill_one; }
done
: >stop
wait
find_mine
echo "# at most $most at once"
echo "# left by parents that were killed: $n"
[ -z "$mine" ] || kill -KILL $mine
cat out/*[0-9] | grep '^#' | head -20
cat out/*[0-9] | awk '/^storm:/ { n++; forks += $2; failed += $4; wrong += $6; killed += $8 }
    END { printf "# %d processes came to their end: %d forks, %d failed, %d wrong, %d killed\n", n, forks, failed, wrong, killed }' >sum
cat sum
echo "# $started started, $kills killed from outside"
check 'there were forks' test "$(sed 's/.*end: \([0-9]*\) forks.*/\1/' sum)" -gt 0
[ -z "$SOAK" ] || check 'as many were killed as it was to be' test $kills -ge $wanted_kills
check 'no fork failed' grep -q ' 0 failed' sum
check 'no child had other versions than its parent' grep -q ' 0 wrong' sum
echo "# directories before one more process: $(ls "$fork_root"/* 2>/dev/null | grep -c versions)"
"$run" dash -c 'exit 0'
check 'no directory is left' test -z "$(ls "$fork_root")"
finish
