# SPDX-License-Identifier: BSD-2-Clause
# build/run: exit codes, names of programs, standard streams.
. "$TOP/tests/tap.sh"

gives 'exit code of a Windows program' 42 '' "$run" cmd /c 'exit 42'
complains 'a program that does not exist' 127 'nonesuch: not found' "$run" nonesuch
complains 'a file that is no program' 126 'passwd' "$run" /etc/passwd
need=$BUILD/root/bin/ps.exe
if [ -f "$need" ]; then
    for name in ps ps.exe /bin/ps /usr/bin/ps.exe "$need"; do
        check "a program by the name ${name#"$BUILD"}" "$run" "$name"
    done
    check 'a program by a relative path' sh -c 'cd "$1" && ../run bin/ps' sh "$BUILD/root"
    check 'build/run by a relative path' sh -c 'cd "$1" && ./run ps' sh "$BUILD"
else
    skip 'names of programs' 'ps is not built'
fi
finish
