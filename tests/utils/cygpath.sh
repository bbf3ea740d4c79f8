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
complains "no name" 2 "no name given" $cyg
gives "-i is silent" 0 "" $cyg -i
seq 1 100000 | sed 's,^,/usr/lib/a/path/of/sixty/characters/is/what/we/convert/,' >in.txt
"$run" cygpath -w -f - <in.txt >out.txt
check "100,000 names in a run" sh -c 'cut -d\\ -f2- out.txt >/dev/null; [ "$(wc -l <out.txt)" = 100000 ] && tail -1 out.txt | grep -q "convert.100000$"'
finish
