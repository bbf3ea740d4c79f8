# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# cygcheck: a healthy tree, what a program loads, what is missing, and reports without secrets.
. "$TOP/tests/tap.sh"
need_program cygcheck dash
sdk=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc
export HOME=/

gives 'a healthy tree has no errors' 0 '' sh -c '"$0" cygcheck --check installation --check images --check protection --check fork | grep ^error; true' "$run"
check 'and its exit status is 0' "$run" cygcheck
"$run" cygcheck --json -v >all.json </dev/null
check 'JSON is JSON' jq -e '.errors == 0 and (.findings | length > 5) and (.facts | length > 10)' all.json
check 'the fork test ran' jq -e 'any(.findings[]; .check == "fork" and .severity == "ok")' all.json
check 'one check only' sh -c '"$0" cygcheck -v --json --check fork | jq -e "all(.findings[]; .check == \"fork\")"' "$run"
gives 'an unknown check is a usage error' 2 '' "$run" cygcheck --check nosuch
gives 'a program and a report do not go together' 2 '' "$run" cygcheck --report dash

# ---- findings ----
CYGWIN='nosuchoption binmode' "$run" cygcheck --check environment --json >env.json </dev/null
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
export MY_API_TOKEN=hunter2 SOME_URL=https://me:hunter3@example.org/x PLACE='C:\users\somebody\x' \
    MAILTO=hunter4@mail.example.net FLAGS='--token hunter5x --password="hunter6 x" -v' \
    GIT=ghp_hunter7hunter7hunter7hunter7 JWT=eyJhbGciOiJIUzI1NiJ9.hunter8hunter8hunter8 DB_PASS=hunter9
secrets='hunter[2-9]|somebody|mail.example'
for format in '' --json --html; do
    # shellcheck disable=SC2086
    "$run" cygcheck --report $format -o "z:$(pwd | tr / '\\')\\report" </dev/null
    check "report $format: no secrets" sh -c '! grep -E "$1" report' sh "$secrets"
    check "report $format: the rest is there" grep -q 'example.org' report
done
check 'HTML is a page of its own' sh -c 'grep -q "<!DOCTYPE html>" report && ! grep -E "(src|href)=" report'
mkfifo held
"$run" dash -c 'read x' sh --password=hunter2 https://me:hunter3@example.org/y 3<>held <held >/dev/null 2>&1 &
until "$run" ps -f | grep -q hunter2; do kill -0 $! || break; done
"$run" cygcheck --report report.zip </dev/null
echo >held
wait
check 'an archive' sh -c 'command -v unzip || exit 0; unzip -tq report.zip'
mkdir archive
if command -v unzip >/dev/null; then
    unzip -q report.zip -d archive
    check 'it has report, processes, mounts, failures' sh -c 'cd archive && cat report.html report.txt processes.txt mounts.txt failures.txt && jq -e .findings report.json'
    check 'no secrets in it' sh -c '! grep -rE "$1" archive' sh "$secrets"
    check 'it says what was removed' sh -c 'jq -e "any(.facts[]; .group == \"removed from this report\" and (.value | contains(\"MY_API_TOKEN\")))" archive/report.json'
else
    skip 'the archive is looked into' 'no unzip'
fi
"$run" cygcheck --report --unredacted -o all.txt </dev/null
check '--unredacted removes nothing' grep -q hunter9 all.txt
gives 'a report that cannot be written' 1 '' "$run" cygcheck --report -o 'z:\no\such\folder\x'
chromium=$(command -v chromium || command -v chromium-browser)
if [ "$chromium" ] && "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,1600 \
    --screenshot="$PWD/report.png" "file://$PWD/report" >chromium.out 2>&1; then
    check 'a browser renders the page' sh -c '[ $(stat -c %s report.png) -gt 20000 ]'
else
    skip 'a browser renders the page' 'no chromium'
fi
finish
