# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# Recorders of abnormal ends: as many as the user wants, the youngest, each as large as the user wants, in files
# that need no process of the tree to be read, with an index.
. "$TOP/tests/tap.sh"
prog=$BUILD/tests/sdk/strace/prog-crash.exe
[ -f "$prog" ] || skip_all "not built: $prog"
need_program strace dash
private_tree
rm -rf "$tree/var/log/isthmus" # of the tree that was copied
files() {
    find "$tree/var/log/isthmus" -name '*.ring' 2>/dev/null | sort
}
crash() { # CYGWIN KIND
    CYGWIN=$1 "$run" "$prog" $2 </dev/null >out 2>&1
}

gives 'at first there are none' 0 '1' sh -c "'$run' strace --list | wc -l"
complains 'and --last says so' 1 'nothing was kept' "$run" strace --last
for i in 1 2 3 4 5; do crash rings:3 null; done
check 'as many as the setting says' test "$(files | wc -l)" = 3
files >before
crash rings:3 divide
check 'the oldest goes first' sh -c "tail -n 2 before >keep; $(command -v grep) -qxFf keep '$PWD/before'; find '$tree/var/log/isthmus' -name '*.ring' | sort | head -n 2 | cmp - keep"
"$run" strace --list --json </dev/null >list 2>err
check 'the index has them, the newest first' sh -c "test \$(wc -l <list) = 3 && head -n 1 list | grep -q SIGFPE && jq -e -s '(.[0].time >= .[1].time) and (.[1].time >= .[2].time)' list"
check 'with program, number and end' jq -e -s 'all(.program != null and (.program | test("prog-crash")) and .pid > 0 and (.end | test("SIG")))' list
check '--last shows the last one' sh -c "'$run' strace --last 2>&1 | grep -q 'SIGFPE'"
older=$(jq -r -s '.[1].file' list)
check 'an older one can be shown, too' sh -c "'$run' strace --replay '$older' 2>&1 | grep -q SIGSEGV"
check '--why by the name of the program' sh -c "'$run' strace --why prog-crash | grep -q 'divided by zero'"

crash rings:0 null
check 'none, if the setting says so' sh -c "'$run' strace --last 2>&1 | grep -q SIGFPE"
rm -rf "$tree/var/log/isthmus"
crash rings:4,32 null
check 'a setting for the size' sh -c "test \$(stat -c %s '$tree'/var/log/isthmus/*/*.ring) -le \$((32 * 1024 + 8192))"
check 'a program that ends by itself leaves none' sh -c "'$run' dash -c 'exit 3'; test \$(find '$tree/var/log/isthmus' -name '*.ring' | wc -l) = 1"
crash '' null
"$run" dash -c 'kill -9 $$' </dev/null >out 2>&1
# 70 at once: the default is 64
"$run" dash -c "i=0; while [ \$i -lt 70 ]; do $(printf %s "$prog" | sed 's|^|/cygdrive/z|') abort; i=\$((i + 1)); done" </dev/null >out 2>&1
check 'sixty-four without a setting' test "$(files | wc -l)" = 64
finish
