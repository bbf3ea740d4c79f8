# SPDX-License-Identifier: BSD-2-Clause
# timeout: 3600
# Programs that number their marks are killed at random instants, and so are their readers: each gap in the
# numbers is counted as lost, the last number read is not less than the last one that the program had
# acknowledged through shared memory, nothing torn is taken. MARKS=1000 is the whole test (tests/soak/README);
# here each case has a few.
. "$TOP/tests/tap.sh"
prog=$BUILD/tests/sdk/strace/prog-marks.exe
[ -f "$prog" ] || skip_all "not built: $prog"
prog=z:$prog
need_program strace
private_tree
n=${MARKS:-12} seed=${SEED:-$$}
marks="awk -f $TOP/tests/strace/marks.awk"
note() {
    sed 's/^/# /' "$1"
}

"$run" strace -f -e user --json -o t.json "$prog" kill $n $seed </dev/null >acks 2>err
check "$n are killed under strace" test "$(wc -l <acks)" = $n
check 'nothing is lost, nothing torn, the last one is there' $marks -v acks=acks t.json
$marks -v acks=acks t.json | note /dev/stdin

# a reader that is stopped again and again cannot follow
"$run" strace -f -e user --json --buffer=1 -o t.json "$prog" kill $n $seed fast </dev/null >acks 2>err &
reader=$!
while kill -STOP $reader 2>/dev/null; do
    sleep 0.3
    kill -CONT $reader
    sleep 0.05
done
wait $reader
check "$n that write faster than their reader reads" test "$(wc -l <acks)" = $n
check 'each gap is counted' $marks -v acks=acks t.json
$marks -v acks=acks t.json | note /dev/stdin
check 'and there were some' sh -c "$marks -v acks=acks t.json | grep -q ' [1-9][0-9]* lost'"

"$run" strace -f -e user --json --buffer=1 --lossless -o t.json "$prog" kill $n $seed fast </dev/null >acks 2>err
check 'lossless: nothing is lost for want of memory' sh -c "$marks -v acks=acks t.json | grep -q ' 0 lost'"
$marks -v acks=acks t.json | note /dev/stdin

rm -rf "$tree/var/log/isthmus" # of the tree that was copied
# nobody traces: each one's recorder is kept by its parent
CYGWIN=rings:$((n + 8)) "$run" "$prog" kill $n $seed fast </dev/null >acks 2>err
check "$n are killed, and nobody traces" test "$(wc -l <acks)" = $n
bad=0 kept=0
for ring in "$tree"/var/log/isthmus/*/*.ring; do
    "$run" strace --replay "z:$ring" -e user --json -o ring.json </dev/null 2>ring.err || bad=$((bad + 1))
    pid=${ring##*/} pid=${pid#*-} pid=${pid%-*}
    grep "^$pid " acks >ack || bad=$((bad + 1))
    $marks -v ring=1 -v acks=ack ring.json >verdict || { bad=$((bad + 1)); note verdict; }
    kept=$((kept + 1))
done
check 'each has a recorder that was kept' test $kept = $n
check 'each of them is whole to its end' test $bad = 0

# the reader is killed: of a program that it has started, and of one that it has attached to
readers() { # N COMMAND...: kills strace N times; the trace is whole up to there
    times=$1 broken=0 read=0
    shift
    for i in $(seq $times); do
        rm -f t.json stop.$i
        "$run" strace -e user --json -o t.json "$@" ${own:+stop.$i} </dev/null >out.$i 2>err &
        reader=$!
        tries=0
        while [ ! -s t.json ] && [ $tries -lt 100 ] && kill -0 $reader 2>/dev/null; do
            sleep 0.02
            tries=$((tries + 1))
        done
        sleep 0.0$((seed * i % 97))
        kill -9 $reader 2>/dev/null
        wait $reader 2>/dev/null
        : >stop.$i # of a program of its own
        $marks -v ring=1 -v cut=1 t.json >verdict || { broken=$((broken + 1)); note verdict; }
        grep -q ' 0 marks' verdict || read=$((read + 1))
    done
}
rm -f stop
"$run" "$prog" run stop </dev/null >out 2>err &
program=$!
while [ ! -s out ] && kill -0 $program; do sleep 0.05; done
readers $n -p "$(head -n 1 out | tr -d '\r')"
check "strace -p is killed $n times: what it wrote is whole" test $broken = 0
check 'most of them had read something' test $read -gt $((n / 2))
check 'the program goes on' kill -0 $program
: >stop
wait $program
check 'and ends well' test $? = 0

own=yes # not all at once: each of them takes a processor
readers $(((n + 3) / 4)) "$prog" run
check 'strace is killed that had started the program' test $broken = 0
ended() {
    for i in $(seq $times); do
        tries=0
        until [ "$(wc -l <out.$i)" = 2 ]; do
            tries=$((tries + 1))
            [ $tries -lt 300 ] || return 1
            sleep 0.1
        done
    done
}
check 'its programs go on to their end' ended
finish
