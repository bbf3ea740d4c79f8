# SPDX-License-Identifier: BSD-2-Clause
# getfacl and setfacl: what they print, what they change, what they refuse.
. "$TOP/tests/tap.sh"

run=$BUILD/run
echo text >f; chmod 644 f; mkdir -p d; chmod 755 d

is() { # is NAME WANTED GOT
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2
got: $3"; fi
}

is 'getfacl -c prints the mode as entries' 'user::rw- group::r-- other::r--' "$("$run" getfacl -c f | xargs)"
is 'the header has file, owner and group' 3 "$("$run" getfacl f | grep -c '^# \(file\|owner\|group\): .')"
is '--json is JSON' 420 "$("$run" getfacl --json f | jq .mode)"
"$run" setfacl -m u::rw-,g::---,o::--- f
is 'setfacl -m changes what the runtime and Unix see' 'user::rw- group::--- other::--- 600' \
    "$("$run" getfacl -c f | xargs) $(stat -c %a f)"
"$run" getfacl f >saved
"$run" setfacl -s u::rw-,g::r--,o::r-- f
is 'setfacl -s replaces the list' 'user::rw- group::r-- other::r--' "$("$run" getfacl -c f | xargs)"
"$run" setfacl --set-file saved f
is 'what getfacl prints can be given back' 600 "$(stat -c %a f)"
is '--test shows the list that would be' 'f: u::rw-,u:SYSTEM:r-x,g::---,m::r-x,o::---' \
    "$("$run" setfacl --test -m u:SYSTEM:r-x f)"
is '--test of a default list completes it' \
    'd: u::rwx,g::r-x,o::r-x,d:u::rwx,d:g::r-x,d:g:Administrators:rwx,d:m::rwx,d:o::r-x' \
    "$("$run" setfacl --test -d -m g:Administrators:7 d)"
is 'a mask that is given stays' 'f: u::rw-,u:SYSTEM:rwx,g::---,m::r--,o::---' \
    "$("$run" setfacl --test -m u:SYSTEM:rwx,m::r-- f)"
out=$("$run" setfacl -m u:SYSTEM:r-x f 2>&1); rc=$?
case $rc in
0) is 'a named entry is kept' 1 "$("$run" getfacl -c f | grep -c user:SYSTEM:r-x)" ;;
1) is 'a named entry that would be lost is refused' 'setfacl: f: Wine keeps no more than a mode: named entries and default lists would be lost' "$out" ;;
*) fail 'a named entry' "$out" ;;
esac
for bad in u:nobodyatall:r q::r u::rwz; do
    out=$("$run" setfacl -m "$bad" f 2>&1); rc=$?
    is "wrong entry $bad: exit status 2 and its text in the message" "2 1" "$rc $(echo "$out" | grep -c "$bad")"
done
"$run" setfacl -m u::r nothere >/dev/null 2>&1
is 'a file that is not there: 1' 1 $?
"$run" setfacl f >/dev/null 2>&1
is 'nothing to change: 2' 2 $?
"$run" setfacl -m d:u::rwx f >/dev/null 2>&1
is 'a default list for a file: 1' 1 $?
"$run" getfacl nothere >/dev/null 2>&1
is 'getfacl of a file that is not there: 1' 1 $?
for tool in getfacl setfacl mkpasswd mkgroup; do
    "$run" $tool --help | grep -q "^[Uu]sage: $tool" && "$run" $tool --version | grep -q . && pass "$tool --help and --version" ||
        fail "$tool --help and --version"
done
is 'mkpasswd -c is the own account with its number and identifier' 1 \
    "$("$run" mkpasswd -c | tr -d '\r' | grep -c '^[^:]*:\*:[0-9]*:[0-9]*:S-1-[-0-9]*:/home/[^:]*:/bin/sh$')"
is 'mkpasswd -u of a well-known account' 'SYSTEM:*:18:197121:S-1-5-18:/home/SYSTEM:/bin/sh' "$("$run" mkpasswd -u system)"
is 'mkpasswd -p' '/h/SYSTEM' "$("$run" mkpasswd -u system -p /h | cut -d: -f6)"
"$run" mkpasswd -u nobodyatall >/dev/null 2>&1
is 'mkpasswd of nobody: 1' 1 $?
is 'mkgroup -l has the groups of every system' 2 "$("$run" mkgroup -lc 2>/dev/null | grep -c '^Administrators:S-1-5-32-544:544:$\|^Users:S-1-5-32-545:545:$')"
is 'mkgroup -g' 'Everyone:S-1-1-0:65792:' "$("$run" mkgroup -g everyone)"
is 'mkgroup --json' 544 "$("$run" mkgroup --json -g Administrators | jq .gid)"
finish
