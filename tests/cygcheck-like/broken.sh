# SPDX-License-Identifier: BSD-2-Clause
# timeout: 400
# alone: changes the registry of the prefix
# Broken environments: cygcheck's first finding names what is broken, with the right remedy. On a sound
# installation it finds nothing.
. "$TOP/tests/tap.sh"

command -v jq >/dev/null || skip_all "no jq"
need_program cygcheck dash mount kill strace
private_tree
sdk=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc
cp "$BUILD/tests/sdk/cygcheck-like/prog-link.exe" link.exe
win=z:$(printf %s "$tree" | tr / '\\')
here=z:$(pwd | tr / '\\')
export HOME=/
unset CYGWIN

names() { # WHAT ID REMEDY
    if jq -e --arg id "$2" --arg remedy "$3" \
        '.findings[0] | .id == $id and (.remedy // "" | test($remedy))' found.json >/dev/null; then
        pass "$1: $2"
    else
        fail "$1: $2" "$(jq -c '.findings[] | [.severity, .id, .text, .remedy]' found.json | head -n 8)"
    fi
}
# finds WHAT ID REMEDY [ARG...]: the first finding is this one
finds() {
    what=$1 id=$2 remedy=$3
    shift 3
    "$run" cygcheck --json "$@" >found.json 2>err </dev/null
    names "$what" "$id" "$remedy"
}
# with_cmd COMMANDS WHAT ID REMEDY: after commands of cmd
with_cmd() {
    "$run" cmd /c "$1&&$win\\bin\\cygcheck.exe --json" >found.json 2>err </dev/null
    names "$2" "$3" "$4"
}
sound() {
    "$run" cygcheck --json >found.json 2>err </dev/null
    status=$?
    if [ $status = 0 ] && jq -e '.findings == []' found.json >/dev/null; then
        pass "$1"
    else
        fail "$1" "status $status" "$(cat found.json err)"
    fi
}

sound 'a sound installation: nothing is found, status 0'

# ---- programs and DLLs ----
echo 'int f(void) { return 1; } int g(void) { return 2; }' >lib.c
echo 'int f(void); int g(void); int main(void) { return f() + g(); }' >prog.c
"$sdk" -shared -o "$tree/bin/cygt.dll" lib.c -Wl,--out-implib,libt.a && "$sdk" -o "$tree/bin/t.exe" prog.c libt.a
sound 'with a program and a DLL of our own'
mv "$tree/bin/cygt.dll" .
finds 'a missing DLL' dlls.missing '^install what has it'
echo 'int f(void) { return 1; }' >lib.c
"$sdk" -shared -o "$tree/bin/cygt.dll" lib.c
finds 'a missing function' dlls.function-missing '^reinstall both'
cp cygt.dll "$tree/bin/cygt.dll"
cp cygt.dll "$tree/bin/cygt2.dll"
finds 'two DLLs at one address' images.overlap '^link the second one again with -Wl,--image-base=0x1[2-6][0-9a-f]*, which is free'
rm "$tree/bin/cygt2.dll"
"$sdk" -shared -o "$tree/bin/cygfar.dll" lib.c -Wl,--image-base=0x200000000
finds 'a DLL outside of the range' images.outside-window "^link it with the SDK's driver"
rm "$tree/bin/cygfar.dll"
cp "$tree/bin/t.exe" t.exe
pe=$(od -An -tu4 -j60 -N4 t.exe | tr -d ' ')
printf '\140' | dd of="$tree/bin/t.exe" bs=1 seek=$((pe + 24 + 70)) conv=notrunc 2>/dev/null
finds 'a program that may be loaded anywhere' images.dynamic-base 'turns that off'
head -c 700 t.exe >"$tree/bin/t.exe"
finds 'a program that was cut short' images.unreadable '^reinstall it'
printf 'LIBRARY cygwin1.dll\nEXPORTS\nother\n' >other.def
x86_64-w64-mingw32-dlltool -d other.def -l libother.a
echo 'int other(void); int main(void) { return other(); }' >two.c
"$sdk" -o "$tree/bin/t.exe" two.c libother.a
finds 'a program of two runtimes' images.two-runtimes '^build it again with one SDK'
rm "$tree/bin/t.exe" "$tree/bin/cygt.dll"

# ---- the tree ----
mv "$tree/bin/isthmus1.dll" .
finds 'no runtime' installation.missing '^unpack the archive again'
mv isthmus1.dll "$tree/bin/"
mv "$tree/bin/sh.exe" .
finds 'no shell' installation.missing '^unpack the archive again'
cp "$tree/bin/ps.exe" "$tree/bin/sh.exe"
finds 'a shell that is none' fork.start 'strace'
mv sh.exe "$tree/bin/"
mv "$tree/tmp" tmp.away
finds 'no /tmp' installation.missing '^make the folder'
"$run" cygcheck --fix >fix.out 2>&1 <<END
n
END
check '--fix asks first' sh -c 'grep -q "Make the folder .*tmp" fix.out && ! [ -d "$1/tmp" ]' sh "$tree"
check '--fix --yes makes it' sh -c '"$1" cygcheck --fix --yes >fix.out; [ -d "$2/tmp" ]' sh "$run" "$tree"
rmdir "$tree/tmp"
: >"$tree/tmp"
finds '/tmp is a file' installation.missing '^make the folder'
rm "$tree/tmp"
mv tmp.away "$tree/tmp"
mv "$tree/var/run" run.away
ln -s /proc/sys "$tree/var/run"
finds '/var/run cannot be written' installation.not-writable '^give yourself the right'
rm "$tree/var/run"
mv run.away "$tree/var/run"
mv "$tree/var/run/cygfork" fork.away
finds 'no folder for fork protection' protection.off '^make the folder'
mv fork.away "$tree/var/run/cygfork"
(cd "$tree" && find . -type f -path './bin/*' | sed 's|^\./||' | xargs sha256sum) >manifest
cp manifest "$tree/MANIFEST"
sound 'with a manifest'
cp "$tree/bin/kill.exe" kill.exe
printf 'x' >>"$tree/bin/kill.exe"
finds 'a changed file' manifest.changed '^unpack the archive again'
rm "$tree/bin/kill.exe"
finds 'a file of the archive is missing' manifest.missing '^unpack the archive again'
mv kill.exe "$tree/bin/"
check '-c says that the files are right' "$run" cygcheck -c
check '-f tells whether a file is one of them' sh -c '"$1" cygcheck -f kill.exe | grep -q "^[0-9a-f]\{64\}  bin/kill.exe"' sh "$run"
gives '-f of another file' 1 '' "$run" cygcheck -f nothing.exe
check '-l lists them' sh -c '[ "$("$1" cygcheck -l | wc -l)" = "$(wc -l <manifest)" ]' sh "$run"
rm "$tree/MANIFEST"
"$run" ./link.exe link ../nosuch/target /bin/dead
finds 'a dangling link' links.dangling '^remove the link'
rm "$tree/bin/dead"
"$run" ./link.exe link dash.exe /bin/alive
sound 'a link that leads somewhere'
rm "$tree/bin/alive"
mkdir -p "$tree/etc"
printf 'root:*:0:0::/:/bin/sh\nbroken:line\n' >"$tree/etc/passwd"
finds 'a broken line in passwd' accounts.passwd '^correct the line'
rm "$tree/etc/passwd"
printf 'root:*:none:\n' >"$tree/etc/group"
finds 'a broken line in group' accounts.group '^correct the line'
rm "$tree/etc/group"

# ---- PATH and the environment ----
mkdir other foreign shadow
cp "$tree/bin/isthmus1.dll" other/
cp "$tree/bin/isthmus1.dll" foreign/cygwin1.dll
cp "$tree/bin/ps.exe" shadow/
with_cmd "set PATH=$here\\other;%PATH%" 'another runtime first on PATH' path.other-runtime 'first on PATH'
with_cmd "set PATH=$here\\foreign;%PATH%" 'a foreign DLL first on PATH' path.foreign "this tree's bin before it"
with_cmd "set PATH=$here\\shadow;%PATH%" 'a program of the same name first on PATH' path.shadowed "this tree's bin before"
with_cmd "set PATH=C:\\windows\\system32" 'PATH without the tree' path.bin-missing '^add it'
with_cmd "set PATH=relative;%PATH%" 'a relative folder in PATH' path.relative 'absolute names'
with_cmd "set PATH=%PATH%;C:\\no\\such" 'a folder in PATH that is not there' path.no-folder 'take it off'
with_cmd "set PATH=%PATH%;$win\\bin\\" 'a folder twice in PATH' path.twice 'remove one'
with_cmd "set TMP=C:\\no\\such" 'TMP that is not there' environment.tmp-missing '^make the folder'
CYGWIN=nosuchoption finds 'an unknown option in CYGWIN' environment.option '^remove it'
CYGWIN=winsymlinks:wrong finds 'a wrong value in CYGWIN' environment.option-value 'one of its values'
CYGWIN=error_start:nosuch finds 'a program for error_start that is not there' environment.error-start 'correct its name'
with_cmd 'set HOME=/no/such' 'HOME that is not there' environment.home '^make the folder'
CYGWIN=inject:fork.create=EAGAIN finds 'forks that fail' fork.fork '^strace --why'

# ---- registry ----
reg() {
    "$run" reg "$@" >/dev/null 2>reg.err </dev/null || cat reg.err
}
manager='HKLM\SYSTEM\CurrentControlSet\Control\Session Manager'
reg add "$manager\\kernel" /v MitigationOptions /t REG_BINARY /d 0001000000000000 /f
finds 'forced address randomisation' system.aslr-forced 'Exploit protection'
reg delete "$manager\\kernel" /v MitigationOptions /f
reg add "$manager\\Memory Management" /v MoveImages /t REG_DWORD /d 4294967295 /f
finds 'all images are moved' system.move-images '^delete the value'
reg delete "$manager\\Memory Management" /v MoveImages /f
windows='HKLM\Software\Microsoft\Windows NT\CurrentVersion\Windows'
reg add "$windows" /v LoadAppInit_DLLs /t REG_DWORD /d 1 /f
reg add "$windows" /v AppInit_DLLs /d 'c:\hook.dll' /f
finds 'DLLs in every program' system.app-init '^remove AppInit_DLLs'
reg delete "$windows" /v LoadAppInit_DLLs /f
reg delete "$windows" /v AppInit_DLLs /f
"$run" mount -f 'C:\no\such' /broken
finds 'a mount of a folder that is not there' mounts.folder-missing 'umount it'
"$run" umount /broken
key=$("$run" cygcheck --check mounts -rv --json | jq -r '[.facts[] | select(.group == "registry" and (.name | startswith("HKCU"))) | .name][0]' | tr -d '\r')
reg add "$key" /v /broken /d 'no mount at all' /f
finds 'a value in the registry that is no mount' mounts.value 'umount it'
check '--fix removes it' sh -c '"$1" cygcheck --fix --yes >fix.out; ! "$1" reg query "$2" /v /broken' sh "$run" "$key"

# ---- what runs ----
"$run" ./link.exe wait ready </dev/null &
while ! [ -e ready ]; do sleep 0.1; done
sound 'a process that waits'
mv "$tree/bin/isthmus1.dll" "$tree/bin/old.dll"
cp "$tree/bin/old.dll" "$tree/bin/isthmus1.dll"
pe=$(od -An -tu4 -j60 -N4 "$tree/bin/isthmus1.dll" | tr -d ' ')
printf '\1\2\3\4' | dd of="$tree/bin/isthmus1.dll" bs=1 seek=$((pe + 24 + 64)) conv=notrunc 2>/dev/null
finds 'a process with another version of the runtime' processes.old-version '^end the process'
"$run" kill -KILL $("$run" ps --json | jq -r 'select(.program | endswith("link.exe")) | .pid')
wait
sound 'in the end all is as before'
finish
