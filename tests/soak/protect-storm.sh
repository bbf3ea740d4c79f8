# SPDX-License-Identifier: BSD-2-Clause
# timeout: 3000
# alone: it starts dozens of processes
# Fork protection under a storm: processes of three generations fork while their files are replaced and some
# of them are killed at any moment: while they start and clean up, link, are being created, run. No fork fails,
# every child has its parent's versions, all come to their end, nothing is left. Seconds long with a few kills, unless
# SOAK=SECONDS is set: then 50 processes for that time, and until 500 were killed (SOAK_PROCESSES, SOAK_KILLS).
. "$TOP/tests/tap.sh"
. "$TOP/tests/runtime/dll/versions.lib"
need_program dash
private_tree
fork_root=$tree/var/run/cygfork
seconds=${SOAK:-8}
processes=${SOAK_PROCESSES:-$([ "$SOAK" ] && echo 50 || echo 6)}
wanted_kills=${SOAK_KILLS:-$([ "$SOAK" ] && echo 500 || echo 20)}
patience=${SOAK_PATIENCE:-120} # seconds for what takes one when the machine has nothing else to do

check 'three versions of a program and its DLLs build' build_versions
install_version 1
mkdir out
cp "$tree/bin/isthmus1.dll" runtime.dll

# Host processes of ours that run here, one a line: pid, how many of them are first of an instance (1 or 0), and
# how far it has come: "wine" has no image of ours mapped, so none of our code has ever run in it.
cat >mine.pl <<'P'
use strict;
my ($here, $shell) = @ARGV;
for my $p (glob '/proc/[0-9]*') {
    (readlink("$p/cwd") // '') eq $here && (readlink("$p/exe") // '') =~ m{/wine64} or next;
    my $f;
    open($f, '<', "$p/cmdline") && (<$f> // '') =~ /versions\.exe/ or next;
    open($f, '<', "$p/stat") && (<$f> // '') =~ /^(\d+) .*\) (\S) (\d+) / or next;
    my ($pid, $state, $parent) = ($1, $2, $3);
    next if $state eq 'Z';
    local $/;
    my $maps = open($f, '<', "$p/maps") ? <$f> // '' : '';
    print "$pid ", $parent == $shell ? 1 : 0, ' ', $maps =~ /isthmus1\.dll|versions\.exe/i ? 'runtime' : 'wine', "\n";
}
P
find_mine() {
    perl mine.pl "$PWD" $$ >mine
    n=$(grep -c . mine)
    instances=$(grep -c ' 1 ' mine)
}

# kill_some N: at random
kill_some() {
    for p in $(shuf -n "$1" mine | cut -d' ' -f1); do
        [ $kills -lt $wanted_kills ] && kill -KILL "$p" 2>/dev/null && kills=$((kills + 1))
    done
}

# What a process that does not come to its end is doing, by the host and by our own tools.
tell() {
    echo "# $1: $(tr '\0' ' ' <"/proc/$1/cmdline"), system call $(cut -d' ' -f1-3 "/proc/$1/syscall"), $(cat "/proc/$1/wchan")"
} 2>/dev/null

# start_instances N: all at once; waits until each is ready, or has ended. Files are not replaced while a loader
# is at them, but processes are killed.
started=0 stuck=
start_instances() {
    waited=
    for i in $(seq "$1"); do
        started=$((started + 1))
        : >out/$started
        "$run" ./versions.exe storm >out/$started 2>out/$started.err </dev/null &
        waited="$waited $started:$!"
    done
    find_mine
    kill_some 2
    begin=$(date +%s)
    for w in $waited; do
        until grep -qs '^ready' out/${w%:*} || ! kill -0 ${w#*:} 2>/dev/null; do
            [ $(($(date +%s) - begin)) -lt $patience ] || { stuck="$stuck ${w#*:}"; tell ${w#*:}; break; }
            sleep 0.05
        done
    done
}

kills=0 most=0 rounds=0 version=1
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt $end ] || { [ "$SOAK" ] && [ $kills -lt $wanted_kills ]; }; do
    [ -z "$stuck" ] || break
    find_mine
    [ $n -le $most ] || most=$n
    missing=$((processes / 2 - instances))
    [ $missing -le 0 ] || start_instances $missing
    rounds=$((rounds + 1))
    version=$((version % 3 + 1))
    case $((rounds % 4)) in
    0) replace "$tree/bin/isthmus1.dll" runtime.dll ;;
    1) replace cygone.dll v$version/cygone.dll ;;
    2) rm -f cygtwo.dll; replace cygtwo.dll v$version/cygtwo.dll ;;
    *) install_version $version ;;
    esac
    find_mine
    kill_some 4
done

# Each comes to its end by itself: also those whose parents were killed.
ended() {
    begin=$(date +%s)
    while find_mine && grep -q 'runtime$' mine; do
        [ $(($(date +%s) - begin)) -lt $patience ] || return 1
        sleep 0.1
    done
}

# Wine does what somebody wants of another process (here: mapping a section into a child that does not run yet) in that
# process, and he waits for ever if it is killed just then: dlls/ntdll/unix/server.c, server_queue_process_apc. A
# process is stuck there if our own tools find its thread in that call of the runtime, and its child has ended.
# Sets `waits_in_wine`; whoever is there is ended, and then all others have to come to their end.
in_wine=0
look_at_stuck() {
    waits_in_wine=
    "$run" ps -f >ps.out 2>&1 </dev/null
    for p in $(awk 'NR > 1 && $2 ~ /^[0-9]+$/ && $4 > 0 { print $2 }' ps.out); do
        timeout 60 "$run" dumper --backtrace "$p" >stack 2>&1 </dev/null
        if grep -q '^#0 .* NtMapViewOfSection' stack && grep -q ' \(map_extent\|map_block\|startup_map\) (' stack &&
            awk -v p="$p" '$3 == p && $4 == 0 && $6 == "N" { there = 1 } END { exit !there }' ps.out; then
            waits_in_wine="$waits_in_wine $p"
        fi
        cat stack
    done >stacks
}

: >stop
until ended; do
    for p in $(cut -d' ' -f1 mine); do
        tell "$p"
    done
    look_at_stuck
    sed 's/^/# /' ps.out stacks
    [ -n "$waits_in_wine" ] && [ $in_wine -lt 20 ] || break
    for p in $waits_in_wine; do
        in_wine=$((in_wine + 1))
        "$run" kill -f "$p" </dev/null
    done
done
ours=$(grep -c 'runtime$' mine)
# In Wine a process whose creator is killed in CreateProcess may wait for ever for the server, before its first line
# of Windows code: nobody can end it but the host.
echo "# $((n - ours)) never came out of Wine's start: their creators were killed while they made them"
echo "# $in_wine waited in Wine for what a child that was killed was to do"
cut -d' ' -f1 mine | xargs -r kill -KILL

cat out/*[0-9] | awk -v started=$started '
    /^# fork/ { failures++; if (failures <= 20) print }
    /^storm:/ { n++; forks += $2; failed += $4; wrong += $6; killed += $8 }
    END { printf "# %d of %d came to their end: %d forks, %d failed, %d wrong, %d children were killed; %d lines about failures\n",
              n, started, forks, failed, wrong, killed, failures }' >sum
cat sum
echo "# $started started, at most $most processes at once, $rounds updates, $kills killed from outside"
check 'there were forks' test "$(sed -n 's/.*end: \([0-9]*\) forks.*/\1/p' sum)" -gt 0
[ -z "$SOAK" ] || check 'as many were killed as it was to be' test $kills -ge $wanted_kills
check 'all were ready in time' test -z "$stuck"
check 'no process of ours has stayed' test $ours = 0
# Also in processes that were killed later.
check 'no fork failed, no child had other versions than its parent' grep -q ' 0 failed, 0 wrong,.* 0 lines' sum
echo "# directories before one more process: $(ls "$fork_root"/* 2>/dev/null | grep -c versions)"
"$run" dash -c 'exit 0'
check 'no directory is left' test -z "$(ls "$fork_root")"
finish
