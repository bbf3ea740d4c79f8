# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# The tests of files once more with capabilities of the system switched off: each fallback does the same.
. "$TOP/tests/tap.sh"

without() {
    check "$2 without $1" env CYGWIN="caps:$1" "$run" "$BUILD/tests/sdk/posix/file/$2.exe"
}

without -posix_delete,-posix_rename removed
without -atomic_append append
without -sparse calls
finish
