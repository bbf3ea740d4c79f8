# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# Every header of the SDK compiles alone, as first header, in each of the usual modes.
. "$TOP/tests/tap.sh"
cc=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc
inc=$BUILD/sdk/x86_64-pc-cygwin/include

# headers_alone NAME FLAGS...
headers_alone() {
    name=$1
    shift
    bad=
    for h in $(cd "$inc" && find . -name '*.h' ! -path './w32api/*' | LC_ALL=C sort); do
        h=${h#./}
        case $h in
        # parts that newlib's own headers include in the middle of others
        machine/* | ssp/* | bits/* | sys/_*.h | _*.h | cygwin/* | sys/stdio.h | sys/string.h) continue ;;
        # wants BSD types, as it always did
        rpc/xdr.h) case "$*" in *-std=*) continue ;; esac ;;
        esac
        printf '#include <%s>\nint x;\n' "$h" > t.c
        "$cc" -Wall -Wno-macro-redefined -Werror -fsyntax-only "$@" t.c > out 2>&1 || bad="$bad
$h: $(grep -m1 -E 'error|warning' out)"
    done
    if [ "$bad" ]; then
        fail "$name" "$bad"
    else
        pass "$name"
    fi
}

headers_alone 'default'
headers_alone '_GNU_SOURCE' -D_GNU_SOURCE
headers_alone 'POSIX.1-2008, strict C99' -std=c99 -D_POSIX_C_SOURCE=200809L
headers_alone 'X/Open 7, C11' -std=c11 -D_XOPEN_SOURCE=700
for h in windows.h winsock2.h ws2tcpip.h winternl.h aclapi.h sddl.h psapi.h tlhelp32.h dbghelp.h shlobj.h userenv.h; do
    case $h in
    win*.h | ws*.h) printf '#include <%s>\n' $h ;;
    *) printf '#include <windows.h>\n#include <%s>\n' $h ;;
    esac > t.c
    echo '#include <stdio.h>' >> t.c
    check "Win32: $h" "$cc" -Wall -Wno-macro-redefined -fsyntax-only t.c
done
printf '#include <windows.h>\n_Static_assert(sizeof(DWORD) == 4 && sizeof(LONG) == 4 && sizeof(SIZE_T) == 8 && sizeof(WCHAR) == 2 && sizeof(CONTEXT) == 1232, "Win32 types");\n' > t.c
check 'Win32 types have their widths' "$cc" -fsyntax-only t.c
finish
