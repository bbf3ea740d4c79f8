# SPDX-License-Identifier: BSD-2-Clause
# timeout: 240
# alone: changes the registry of the build's prefix (and puts it back)
# mount and umount: listings, changes that running programs see, broken entries, --explain.
. "$TOP/tests/tap.sh"
need_program mount umount dash cygpath
private_tree    # its own keys in the registry, and its own processes

m="$run mount"
u="$run umount"
root=$("$run" cygpath -w / | sed 's/\\$//')
trap '"$run" umount -a; "$run" umount --default -a' EXIT
mkdir -p "$tree/w/sub" "$tree/w2" "$tree/p q"
win="$root\\w"

gives "the tree's own mounts are listed" 0 3 sh -c "$m | grep -c ',auto)'"
check "drives are listed" sh -c "$m | grep -q '^C:/ on /cygdrive/c type .*cygdrive)'"
check "a mount for all users" $m -f "$win" /t1
gives "is listed" 0 1 sh -c "$m | grep -c ' on /t1 type .*(binary,system)'"
gives "leads there" 0 "$win\\sub" $run cygpath -w /t1/sub
gives "and back" 0 "/t1/sub" $run cygpath -u "$win\\sub"
check "one for the user is stronger" $m -f -u -t "$root\\w2" /t1
gives "and decides" 0 "$root\\w2\\sub" $run cygpath -w /t1/sub
check "umount takes it first" $u /t1
gives "then the system's decides again" 0 "$win\\sub" $run cygpath -w /t1/sub
check "a target in POSIX form" $m -f -u "/p q" "/with blank"
gives "is kept as a Windows name" 0 "$root\\p q\\x" $run cygpath -w "/with blank/x"
check "options" $m -f -u -o text,noacl,posix=1,exec "$win" /t2
gives "are listed" 0 1 sh -c "$m | grep -c ' on /t2 type .*(text,exec,noacl,posix=1,user)'"
check "the cygdrive prefix" $m -u -c /drives
gives "is shown" 0 "/drives (binary, user)" $m -p
gives "and used" 0 'Q:\x' $run cygpath -w /drives/q/x

$m -m >commands.txt
gives "-m has all that is in the registry" 0 4 sh -c "wc -l <commands.txt"
$m >before.txt
check "umount -a" $u -a
gives "leaves only what is built in" 1 0 sh -c "$m | grep -c 'user)\|system)'"
"$run" dash <commands.txt
$m >after.txt
check "the commands of -m make the same again" cmp before.txt after.txt
gives "JSON, an object a line" 0 '"/t2" "user" ["text","exec","noacl","posix=1"]' \
    sh -c "$m --json | jq -c 'select(.posix == \"/t2\") | .posix, .scope, .options' | tr '\n' ' ' | sed 's/ \$//'"

check "for all installations" $m -f --default "$win" /t3
gives "another tree sees it" 0 "$win" "$BUILD/run" cygpath -w /t3
complains "umount says where it looked" 1 "/t3: no such mount in HKLM" $u /t3
check "umount --default" $u --default /t3

# ---- running programs ----
mkfifo go
"$run" dash -c 'echo ready; read x; [ -d /t9/sub ] && echo there; echo next; read x; [ -d /t9/sub ] || echo gone' \
    <go >seen.txt &
pid=$!
exec 3>go
until grep -q ready seen.txt; do :; done
$m -f -u "$win" /t9
echo 1 >&3
until grep -q next seen.txt; do :; done
$u -u /t9
echo 2 >&3
exec 3>&-
wait $pid
gives "a running program sees a mount, and its end" 0 "ready
there
next
gone" cat seen.txt
gives "as do its children" 0 "yes
yes" "$run" dash -c "mount.exe -f -u '$win' /t8; [ -d /t8/sub ] && echo yes; (umount.exe -u /t8; [ -d /t8/sub ] || echo yes)"

# ---- what is broken ----
key=$("$run" umount -u /nothing 2>&1 | sed -n 's/.*\(HKCU[^ ]*\).*/\1/p' | tr -d '\r')
"$run" reg add "$key" /v /bad1 /d "nonsense $win" /f >reg.txt 2>&1
"$run" reg add "$key" /v /bad2 /t REG_DWORD /d 7 /f >>reg.txt 2>&1
"$run" reg add "$key" /v /bad3 /d "-" /f >>reg.txt 2>&1
"$run" reg add "$key" /v "no slash" /d "- $win" /f >>reg.txt 2>&1
complains "a broken entry is said in words" 0 "/bad1.*unknown mount option" $m
complains "one that is no text" 0 "/bad2.*not text" $m
complains "one without target" 0 "/bad3.*no target" $m
complains "one that is no path" 0 "no slash.*not an absolute POSIX path" $m
gives "the others work" 0 "$win\\sub" sh -c "$run cygpath -w /t1/sub 2>/dev/null"
gives "the runtime says it as an event" 0 2 \
    sh -c "$run strace -e mount_entry_bad dash -c : 2>&1 | grep -c '/bad[13] of'"
check "umount -a removes those too" $u -a
gives "then nothing is wrong" 0 "" sh -c "$m 2>&1 >/dev/null"

# ---- explain ----
$m -f "$win" /a/b
gives "--explain: the entry that decides" 0 "* /a/b = $win (system, binary): decides: the longest mount point above the path" \
    sh -c "$m --explain /a/b/c | grep '^\*'"
gives "and why others do not" 0 "  / = $root (built in, binary): above the path, but a longer mount point decides
  /usr/bin = $root\\bin (built in, binary): the path is not below it" \
    sh -c "$m --explain /a/b/c | grep '^  /\(usr.b\| \)'"
check "of a Windows name" sh -c "$m --explain '$win\\x' | grep -q 'is /a/b/x and leads to'"
check "what the file system keeps" sh -c "$m --explain /a/b | grep -q '^permissions: '"
gives "nothing leads there" 1 "" sh -c "$m --explain /cygdrive/nix >out.txt; r=\$?; grep -v 'leads nowhere' out.txt | grep nowhere; exit \$r"
gives "as JSON" 0 '"/a/b"' sh -c "$m --json --explain /a/b/c | jq -c '.entries[] | select(.chosen) | .posix'"

complains "a relative mount point" 2 "absolute POSIX path" $m "$win" rel
complains "one operand" 2 "wrong number of operands" $m "$win"
complains "contradiction" 2 "contradict" $m -u -s "$win" /x
complains "a warning without -f" 0 "warning: .*no folder" $m -u "$root\\nothing" /t7
finish
