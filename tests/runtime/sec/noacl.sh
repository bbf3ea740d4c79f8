# SPDX-License-Identifier: BSD-2-Clause
# Without access lists, by mount option or capability: files belong to the user, chown succeeds and does nothing,
# chmod keeps the write permission alone, what begins like a program can be run.
. "$TOP/tests/tap.sh"

run=$BUILD/run
prog=$BUILD/tests/sdk/runtime/sec/prog-noacl.exe

check 'CYGWIN=caps:-acls' env CYGWIN=caps:-acls "$run" "$prog"
check 'stat, chmod and the like without lists' env CYGWIN=caps:-acls "$run" "$BUILD/tests/sdk/posix/file/stat.exe"
finish
