# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# alone: changes the registry of the build's prefix (and puts it back)
# The case of letters: ignored by default, counted where the mount says posix=1.
. "$TOP/tests/tap.sh"
need_program dash mount umount
trap '"$run" umount -u /case-test >/dev/null 2>&1' EXIT

mkdir dir
win=$("$run" cygpath -w "Z:$PWD/dir")
"$run" mount -f -u -o posix=1 "$win" /case-test
echo 1 >dir/Foo
says=$("$run" mount --explain /case-test/foo | sed -n 's/^case of letters: //p')
case $says in
*"Wine finds files whatever the case"*)
    skip "posix=1: two names" "$says"
    ;;
*)
    gives "posix=1: two names" 0 "1 2" \
        "$run" dash -c 'cd /case-test && echo 2 >foo && read a <Foo && read b <foo && echo $a $b'
    gives "another case is another name" 0 "missing" "$run" dash -c '[ -e /case-test/FOO ] || echo missing'
    rm -f dir/foo
    ;;
esac
gives "posix=0: one name" 0 "1" "$run" dash -c "cd '$win' && read a <FOO && echo \$a"
gives "and its case is kept" 0 "Foo" "$run" dash -c "cd '$win' && echo *"
gives "the mount point's own case" 0 "no" "$run" dash -c '[ -e /CASE-TEST/Foo ] && echo yes || echo no'
finish
