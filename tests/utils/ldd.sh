# SPDX-License-Identifier: BSD-2-Clause
# timeout: 60
# ldd: which DLLs a program needs and where they are.
. "$TOP/tests/tap.sh"
need_program ldd dash
command -v jq >/dev/null || skip_all "no jq"
sdk=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc

gives "dash needs the runtime" 0 1 sh -c '"$1" ldd /bin/dash.exe >out && grep -ci "isthmus1.dll => .*bin.isthmus1.dll (0x110000000)" out' sh "$run"
check "and what the runtime needs" grep -qi '	ntdll.dll => .*system32' out
check "JSON" sh -c '"$1" ldd --json /bin/dash.exe | jq -e -s "length >= 3 and all(.[]; .name and .path)"' sh "$run"
echo 'int f(void) { return 1; }' >lib.c
echo 'int f(void); int main(void) { return f(); }' >prog.c
"$sdk" -shared -o cygt.dll lib.c -Wl,--out-implib,libt.a && "$sdk" -o prog.exe prog.c libt.a
check "a DLL beside the program" sh -c '"$1" ldd ./prog.exe | grep -q "cygt.dll => .*cygt.dll (0x1"' sh "$run"
rm cygt.dll
gives "a missing one" 1 1 sh -c '"$1" ldd ./prog.exe >out; s=$?; grep -c "cygt.dll => not found" out; exit $s' sh "$run"
printf 'MZ and nothing else' >bad.exe
complains "no image" 1 "bad.exe: " "$run" ldd ./bad.exe
complains "no such file" 1 "no such file" "$run" ldd ./nosuch.exe
complains "nothing given" 2 "no program given" "$run" ldd
finish
