# SPDX-License-Identifier: BSD-2-Clause
# timeout: 240
# Somebody ends a process while Wine is making it: the fork makes another one, and the program notices nothing.
. "$TOP/tests/tap.sh"
need_program dash

cat >loop.sh <<'D'
i=0
while [ $i -lt 10 ]; do
    (exit 3)
    [ $? = 3 ] || echo "status $?"
    i=$((i + 1))
done
echo end
D
# Every other process that is still Wine's loader is killed: stopped first, and looked at again, since it goes on
# meanwhile.
cat >killer.pl <<'P'
use strict;
my ($here, $first) = @ARGV;
my ($n, $killed, %seen) = (0, 0);
sub loader {
    my $f;
    return open($f, '<', "/proc/$_[0]/comm") && (<$f> // '') =~ /^wine64/;
}
while (-e "/proc/$first/exe") {
    for my $p (map { substr $_, 6 } glob '/proc/[0-9]*') {
        next if $seen{$p} || $p == $first || (readlink("/proc/$p/cwd") // '') ne $here || !loader($p);
        $seen{$p} = 1;
        next if ++$n % 2 == 0;
        kill STOP => $p;
        $killed += kill KILL => $p if loader($p);
        kill CONT => $p;
    }
}
print "$killed\n";
P
"$run" dash loop.sh >out 2>err </dev/null &
shell=$!
until [ "$(cat /proc/$shell/comm 2>/dev/null)" = dash.exe ]; do kill -0 $shell || break; done
perl killer.pl "$PWD" $shell >killed
wait $shell
check 'the shell ended well' test $? = 0
echo "# $(cat killed) were killed while they were being made"
check 'some were killed' test "$(cat killed)" -gt 0
gives 'no fork failed, every child gave its status' 0 end cat out
check 'nothing was said' test ! -s err
finish
