# SPDX-License-Identifier: BSD-2-Clause
# timeout: 400
# Files of a running program are replaced in every way; its forks go on with what it has. New programs take
# the new files. Directories with links go when nobody uses them.
. "$TOP/tests/tap.sh"
. "$TOP/tests/runtime/dll/versions.lib"
need_program strace dash cygcheck
private_tree

check 'three versions of a program and its DLLs build' build_versions
install_version 1
fork_root=$tree/var/run/cygfork

start_program strace -f -e dll,fork --json -o trace
check 'it has version 1' test "$answer" = 'ready 1 1 1 1 11 1'
ask 'nothing has changed'
check 'no directory was made for that' test -z "$(ls "$fork_root")"
replace cygone.dll v2/cygone.dll
ask 'a linked DLL was replaced'
ask 'again: the directory is reused'
"$run" cygcheck --fork-protection >list </dev/null
check 'cygcheck lists it as in use, and who forks from it' grep -q '^versions.exe-[0-9a-f]* in use.*; fork from it: [0-9][0-9]*$' list
check 'and the file system' grep -q '^file system .*copies are made' list
"$run" cygcheck --fork-protection ./versions.exe >list </dev/null
check 'it lists what forks of the program take' sh -c "
    grep -c '^  copy  .*\\\\\(versions.exe\|cygone.dll\|cygtwo.dll\|cygthree.dll\|isthmus1.dll\)  (' list | grep -qx 5"
check 'into which directory, and why copies' sh -c "grep -q '^  into  .*cygfork.S-1-5-.*.versions.exe-' list && grep -q '^  copies, not links: Wine' list"
check 'and who runs it, with what it has opened' grep -q '^  pid [0-9]* runs it; .*opened: .*sub.cygplug.dll' list
"$run" cygcheck --fork-protection --json ./versions.exe dash >list </dev/null
check 'the same as JSON' jq -e '.programs | length == 2 and .[0].protected and (.[0].files | length == 5 and
    all(.how == "copy" and (.why | length > 0) and .size > 0)) and (.[0].running | length == 1 and (.[0].opened | length == 2))
    and (.[1].files | length == 2)' list
gives 'a program that does not fork' 1 '' "$run" cygcheck --fork-protection notepad
replace cygplug.dll v2/cygplug.dll
replace sub/cygplug.dll v2/sub/cygplug.dll
ask 'opened DLLs of one name were replaced'
rm cygtwo.dll
ask 'a linked DLL was deleted'
cp v2/cygtwo.dll cygtwo.dll
ask 'and installed again'
install_version 2
ask 'everything was replaced, the program too'
install_version 3
ask 'a second update'
install_version 1
ask 'a downgrade'
cp "$tree/bin/isthmus1.dll" new.dll
printf 'x' | dd of=new.dll bs=1 seek=136 conv=notrunc 2>/dev/null # time stamp: another build
replace "$tree/bin/isthmus1.dll" new.dll
rm -f "$tree"/bin/isthmus1.dll.old.* # of the host: the file loses its name
ask 'the runtime itself was replaced'

install_version 2
gives 'a new program takes the new files' 0 'ready 2 2 2 2 12 2' "$run" ./versions.exe
ask 'while the old one goes on with the old ones'
stop_program
check 'the program ended well' test $status = 0
event() { jq -e -s "any($1)" trace >/dev/null; }
check 'events: replaced' event '.event == "dll_compared" and .change == "replaced"'
check 'events: what became of the deleted one' event '.event == "dll_missing" and (.change == "removed" or .change == "renamed")'
check 'events: a directory was made' event '.event == "dll_directory" and .what == "made"'
check 'events: copies say why' event '.event == "dll_copied" and (.why | length > 0)'
check 'events: created from links' event '.event == "dll_from" and (.directory | contains("/cygfork/"))'
check 'no fork had to be tried again' jq -e -s 'all(.event != "fork_failed")' trace

"$run" dash -c 'exit 0'
check 'no directory is left' test -z "$(ls "$fork_root")"

: >"$fork_root/.needed"
gives '.needed forces links' 0 'fine' "$run" dash -c '(exit 3); test $? = 3 && (echo fine)'
CYGWIN=noprotect "$run" dash -c '(exit 0)'
check 'a directory is there' test -n "$(ls "$fork_root")"
rm "$fork_root/.needed"
"$run" dash -c 'exit 0'
check 'and goes without .needed' test -z "$(ls "$fork_root")"

install_version 1
CYGWIN=noprotect
export CYGWIN
start_program
ask 'without protection nothing has changed'
mv cygone.dll cygone.gone
echo 'it is missing' >&8
read -r answer <&9
check 'without protection a fork fails when a DLL is missing' test "$answer" != 'it is missing: fine'
stop_program
finish
