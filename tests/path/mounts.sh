# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# alone: changes the registry of the build's prefix (and puts it back)
# Mounts in the registry, as the runtime and as cygpath see them.
. "$TOP/tests/tap.sh"
need_program dash cygpath

key='HKCU\Software\Isthmus\Default\Mounts'
put() { "$run" reg add "$key" /v "$1" /d "$2" /f >reg.txt 2>&1 || skip_all "no reg.exe: $(head -1 reg.txt)"; }
trap 'for v in /test-mount /test-bad cygdrive; do "$run" reg delete "$key" /v $v /f; done >/dev/null 2>&1' EXIT

put /test-mount 'text C:\windows'
put /test-bad 'nonsense C:\windows'
gives "a program changes into a mount of the registry" 0 "/test-mount
yes" "$run" dash -c 'cd /test-mount/ && pwd && [ -d system32 ] && echo yes'
gives "cygpath sees it, with its options" 0 \
    "$(printf 'C:\\windows\\x\tmount /test-mount = C:\\windows (user, text)')" \
    "$run" cygpath --explain -w /test-mount/x
gives "a Windows name comes back through it" 0 "/test-mount/system32" "$run" cygpath -u 'C:\WINDOWS\system32'
complains "a bad entry is said, the rest of the table works" 0 "/test-bad.*unknown mount option" \
    "$run" cygpath -w /test-mount
put cygdrive '- /test-drives'
gives "the cygdrive prefix" 0 "/test-drives/c" "$run" dash -c 'cd /test-drives/c && pwd'
finish
