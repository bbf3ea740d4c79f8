# SPDX-License-Identifier: BSD-2-Clause
# timeout: 600
# The process tests under each scheme of fork and without each capability of the system.
. "$TOP/tests/tap.sh"

programs="fork wait exec spawn"
for p in $programs; do
    [ -x "$BUILD/tests/sdk/posix/proc/$p.exe" ] || skip_all "posix/proc/$p.exe is not built"
done

caps=$(sed -n 's/^CAP(\([a-z_]*\),.*/caps:-\1/p' "$TOP/runtime/nt/caps.def")
for option in fork:copy fork:parked $caps; do
    for p in $programs; do
        dir=$(echo "$option-$p" | tr ': ' '__')
        mkdir -p "$dir" && cd "$dir" || exit 1
        check "$p with CYGWIN=$option" env CYGWIN="$option" "$run" "$BUILD/tests/sdk/posix/proc/$p.exe"
        cd ..
    done
done
finish
