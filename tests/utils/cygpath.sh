# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# cygpath in the installed tree.
. "$TOP/tests/tap.sh"
need_program cygpath

cyg="$run cygpath"
root=$("$run" cygpath -w / | sed 's/\\$//')
gives "the tree's folders" 0 "$root\\bin\\ls
$root\\lib
$root\\etc\\" $cyg -w /usr/bin/ls /usr/lib /etc/
gives "and back" 0 "/usr/bin/ls
/" $cyg -u "$root\\bin\\ls" "$root"
gives "drives" 0 'Q:\
Q:\a b' $cyg -w /cygdrive/q "/cygdrive/q/a b"
gives "mixed" 0 'Q:/x/y' $cyg -m 'q:\x\y'
gives "relative names stay relative" 0 'a\b' $cyg -w a/b
gives "network names" 0 '//server/share/x' $cyg -u '\\server\share\x'
gives "lists" 0 'Q:\a;R:\' $cyg -wp /cygdrive/q/a:/cygdrive/r
gives "lists back" 0 '/cygdrive/q/a:/cygdrive/r' $cyg -up 'Q:\a;R:\'
gives "--explain names the rule" 0 "$(printf 'Q:\\x\tby the cygdrive prefix')" $cyg --explain -w /cygdrive/q/x
gives "reserved names and long ones get \\\\?\\" 0 '\\?\Q:\aux' $cyg -w /cygdrive/q/aux
complains "a name without mount" 1 "/cygdrive/foo: no drive of that name" $cyg -w /cygdrive/foo
complains "an empty name" 1 "the name is empty" $cyg -w ""
gives "-M: the mode by the mount" 0 "/usr/bin/x: binary" $cyg -M /usr/bin/x
gives "-U: drives below /proc/cygdrive" 0 "/proc/cygdrive/q/x" $cyg -U 'Q:\x'
gives "and those lead back" 0 'Q:\x' $cyg -w /proc/cygdrive/q/x
gives "-C: a code page" 0 "$(printf 'Q:\\\344')" $cyg -C 1252 -w "/cygdrive/q/ä"
gives "UTF-8 otherwise" 0 'Q:\ä' $cyg -w "/cygdrive/q/ä"
gives "relative names map characters" 0 "$(printf 'a\357\200\277b\\c')" $cyg -w 'a?b/c'
gives "-S, -W" 0 "/cygdrive/c/windows/system32
C:\\windows" sh -c "$cyg -S; $cyg -wW"
check "-D, -P, -O, -H name folders" sh -c "[ \$($cyg -D -P -O -H | grep -c '^/cygdrive/c/') = 4 ]"
check "-A -D another one" sh -c "[ \"\$($cyg -A -D)\" != \"\$($cyg -D)\" ]"
gives "-F: by number" 0 "/cygdrive/c/windows" $cyg -F 0x24
complains "-F: a number that is none" 1 "none of that number" $cyg -F 0xfff
printf '%s\n' /cygdrive/q/a '-w /cygdrive/q/a' /cygdrive/q/b -m /cygdrive/q/c '-u Q:\x' '-w -a -- /cygdrive/q/-d' >opts.txt
gives "-o: options in the file" 0 '/cygdrive/q/a
Q:\a
/cygdrive/q/b
Q:/c
/cygdrive/q/x
Q:\-d' $cyg -o -f "Z:$PWD/opts.txt"
complains "-c: no handle" 2 "is no handle" $cyg -c x
complains "-C: no code page" 2 "not ANSI" $cyg -C 1x -w /
complains "no name" 2 "no name given" $cyg
gives "-i is silent" 0 "" $cyg -i
seq 1 100000 | sed 's,^,/usr/lib/a/path/of/sixty/characters/is/what/we/convert/,' >in.txt
start=$(date +%s%N)
"$run" cygpath -w -f - <in.txt >out.txt
echo "# 100,000 names in $((($(date +%s%N) - start) / 1000000)) ms"
check "100,000 names in a run" sh -c 'cut -d\\ -f2- out.txt >/dev/null; [ "$(wc -l <out.txt)" = 100000 ] && tail -1 out.txt | grep -q "convert.100000$"'
finish
