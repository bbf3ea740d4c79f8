# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# cygcheck: a healthy tree, what a program loads, what is missing, and reports without secrets.
. "$TOP/tests/tap.sh"
need_program cygcheck dash
sdk=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc
export HOME=/

gives 'a healthy tree has no errors' 0 '' sh -c '"$0" cygcheck -c installation -c images -c protection -c fork | grep ^error; true' "$run"
check 'and its exit status is 0' "$run" cygcheck
"$run" cygcheck --json -v >all.json </dev/null
check 'JSON is JSON' jq -e '.errors == 0 and (.findings | length > 5) and (.facts | length > 10)' all.json
check 'the fork test ran' jq -e 'any(.findings[]; .check == "fork" and .severity == "ok")' all.json
check 'one check only' sh -c '"$0" cygcheck -v --json -c fork | jq -e "all(.findings[]; .check == \"fork\")"' "$run"
gives 'an unknown check is a usage error' 2 '' "$run" cygcheck -c nosuch
gives 'a program and a report do not go together' 2 '' "$run" cygcheck --report dash

# ---- findings ----
CYGWIN='nosuchoption binmode' "$run" cygcheck -c environment --json >env.json </dev/null
check 'an unknown option is found' jq -e 'any(.findings[]; .severity == "warning" and (.text | contains("nosuchoption")))' env.json
check 'a known one is not' jq -e 'all(.findings[]; .text | contains("binmode:") | not)' env.json

# ---- DLL tree ----
check 'the tree of dash has the runtime' sh -c '"$0" cygcheck dash | grep -q "^  .*isthmus1.dll"' "$run"
gives 'no such program' 1 '' "$run" cygcheck nosuchprogram
echo 'int f(void) { return 1; } int g(void) { return 2; }' >lib.c
echo 'int f(void); int g(void); int main(void) { return f() + g(); }' >prog.c
"$sdk" -shared -o cygt.dll lib.c -Wl,--out-implib,libt.a && "$sdk" -o prog.exe prog.c libt.a
prog=z:$(pwd | tr / '\\')\\prog.exe
"$run" cygcheck "$prog" >good 2>&1 </dev/null
check 'what a program loads' grep -q 'cygt.dll$' good
echo 'int f(void) { return 1; }' >lib.c
"$sdk" -shared -o cygt.dll lib.c
"$run" cygcheck "$prog" >out 2>err </dev/null
check 'a missing function is an error' [ $? = 1 ]
check 'and named' grep -q 'needs the function g of cygt.dll' err
rm cygt.dll
"$run" cygcheck "$prog" >out 2>err </dev/null
check 'so is a missing DLL' grep -q 'cygt.dll  NOT FOUND' out
"$run" cygcheck --json "$prog" >tree.json 2>/dev/null </dev/null
check 'in JSON, too' jq -e '.images[] | select(.name == "cygt.dll") | .path == null' tree.json
printf 'MZ and nothing else' >bad.exe
gives 'no image' 1 '' sh -c '"$0" cygcheck "$1" | grep -v bad.exe; "$0" cygcheck "$1" >/dev/null' "$run" "z:$(pwd | tr / '\\')\\bad.exe"

# ---- report ----
export MY_API_TOKEN=hunter2 SOME_URL=https://me:hunter3@example.org/x PLACE='C:\users\somebody\x'
for format in '' --json --html; do
    # shellcheck disable=SC2086
    "$run" cygcheck --report $format -o "z:$(pwd | tr / '\\')\\report" </dev/null
    check "report $format: no secrets" sh -c '! grep -E "hunter[23]|somebody" report'
    check "report $format: the rest is there" grep -q 'example.org' report
done
check 'HTML is a page of its own' sh -c 'grep -q "<!DOCTYPE html>" report && ! grep -E "(src|href)=" report'
gives 'a report that cannot be written' 1 '' "$run" cygcheck --report -o 'z:\no\such\folder\x'
finish
