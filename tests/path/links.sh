# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# Symbolic links in every form, and what replaces links and file numbers where there are none.
. "$TOP/tests/tap.sh"
need_program dash

prog=$BUILD/tests/sdk/path/prog-links.exe
for how in cookie native lnk; do
    mkdir $how
    (cd $how && CYGWIN=winsymlinks:$how "$run" "$prog" >../$how.out 2>&1) &&
        pass "CYGWIN=winsymlinks:$how" || fail "CYGWIN=winsymlinks:$how" "$(grep -v '^ok' $how.out)"
    gives "$how: nothing is left behind" 0 "" ls $how
done
mkdir caps
(cd caps && CYGWIN=caps:-native_symlinks,-shortcuts,-file_ids "$run" "$prog" >../caps.out 2>&1) &&
    pass "without file numbers" || fail "without file numbers" "$(grep -v '^ok' caps.out)"
cd caps || exit 1
gives "a shortcut is what the option makes" 0 "x.lnk" sh -c "CYGWIN=winsymlinks:lnk $run '$BUILD/tests/sdk/path/prog-ln.exe' -s y x; ls"
gives "the event tells how a link was made" 0 1 \
    sh -c "CYGWIN=winsymlinks:native $run strace -e link_made 'Z:$BUILD/tests/sdk/path/prog-ln.exe' -s y z 2>&1 | grep -c 'link .*z. -> y made as .*the target is not there'"
complains "nativestrict fails rather than making another kind" 1 "" \
    env CYGWIN=winsymlinks:nativestrict "$run" "$BUILD/tests/sdk/path/prog-ln.exe" -s y zz
check "without hard links a copy is made" sh -c "echo abc >f && CYGWIN=caps:-hard_links $run '$BUILD/tests/sdk/path/prog-ln.exe' f g && cmp f g && [ \$(stat -c %h f) = 1 ]"
finish
