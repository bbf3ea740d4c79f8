# SPDX-License-Identifier: BSD-2-Clause
# Files and pipes as standard handles of plain Windows programs, and theirs as ours.
. "$TOP/tests/tap.sh"
need_program dash
copy=$BUILD/tests/mingw/runtime/file/win-copy.exe
intr=$BUILD/tests/sdk/runtime/file/prog-intr.exe
cp "$copy" copy.exe
cp "$intr" intr.exe

gives 'a Windows program between two pipes' 0 'SH: ONE
SH: TWO' "$run" dash -c '(echo one; echo two) | ./copy.exe 2>err | while read l; do echo "SH: $l"; done'
gives 'its handles are pipes' 0 'in 3 out 3' sh -c "tr -d '\\r' <err"
printf 'some text\n' >in
gives 'files as standard handles, and the exit code' 0 '10
SOME TEXT
in 1 out 1' "$run" dash -c './copy.exe <in >out 2>err; echo $?; read l <out; echo "$l"; read a b c d <err; echo "$a $b $c ${d%?}"'
gives '/dev/null' 0 '0' "$run" dash -c './copy.exe </dev/null >/dev/null 2>/dev/null; echo $?'
gives 'appending' 0 'FIRST
SECOND' "$run" dash -c 'echo first | ./copy.exe >>app 2>/dev/null; echo second | ./copy.exe >>app 2>/dev/null
    while read l; do echo "$l"; done <app'
gives 'the offset of a file is shared with it' 0 'head
REST' "$run" dash -c '{ echo head; echo rest | ./copy.exe 2>/dev/null; } >both; while read l; do echo "$l"; done <both'
gives 'command substitution' 0 '[WORD]' "$run" dash -c 'x=$(echo word | ./copy.exe 2>/dev/null); echo "[$x]"'
gives 'a pipe whose reader is gone ends the writer' 0 'done' \
    "$run" dash -c 'while echo line; do :; done 2>/dev/null | { read x; }; echo done'

# Pipes that wait by themselves, where no signal can reach: the helper thread.
{ sleep 3; echo text; } | "$run" "$PWD/intr.exe" >got 2>&1
gives "a signal ends the read of the host's pipe" 0 'interrupted
text
end 0' cat got
{ sleep 3; echo go; } | "$run" "$PWD/copy.exe" hold "$PWD/intr.exe" >got 2>&1
gives 'a signal ends the read of an anonymous pipe' 0 'interrupted
line
end 0' cat got
finish
