# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# What dlerror() and the events say: which DLL or symbol is missing, which address is taken; a fork whose
# child finds an address taken tries again, or fails with an event that says by what.
. "$TOP/tests/tap.sh"
need_program strace
cc=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc

cat >open.c <<'C'
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    void *h = dlopen(argv[1], RTLD_NOW);
    int st = -1;

    if (!h) {
        puts(dlerror());
        return 1;
    }
    if (argc > 2) {
        pid_t pid = fork();

        if (pid == 0)
            _exit(((int (*)(void))dlsym(h, "f"))());
        if (pid < 0)
            puts(strerror(errno));
        else
            printf("status %d\n", waitpid(pid, &st, 0) == pid ? WEXITSTATUS(st) : -1);
    }
    return 0;
}
C
echo 'int bf(void) { return 7; } int g(void) { return 8; }' >b.c
echo 'int g(void); int f(void) { return g(); }' >a.c
echo 'int f(void) { return 7; }' >c.c; echo 'int bf(void) { return 7; }' >b2.c
setup() {
    "$cc" -o open open.c && "$cc" -shared -o cygb.dll b.c -Wl,--out-implib,libb.dll.a &&
        "$cc" -shared -o cyga.dll a.c -L. -lb && echo 'text' >text.dll &&
        "$cc" -shared -o taken.dll b.c -Wl,--image-base,0x110000000
}
check 'programs build' setup

says() {
    tap_name=$1 tap_pattern=$2
    shift 2
    "$run" ./open.exe "$@" >out 2>err
    if grep -q -e "$tap_pattern" out; then pass "$tap_name"; else fail "$tap_name" "$(cat out err)"; fi
}
gives 'it opens' 0 'status 8' "$run" ./open.exe ./cyga.dll fork
"$cc" -shared -o cygb.dll b2.c
says 'a missing symbol is named' 'cyga.dll needs the symbol g of cygb.dll' ./cyga.dll
mv cygb.dll away.dll
says 'a missing DLL is named' 'cyga.dll needs cygb.dll, which was not found' ./cyga.dll
says 'no image' 'no image' ./text.dll
says 'an address that is taken, and by what' '0x110000000 is taken by image.*isthmus1.dll' ./taken.dll

"$cc" -shared -o cygc.dll c.c
gives 'an address taken in the child: tried again' 0 'status 7' env CYGWIN=inject:fork.address=EAGAIN:1 "$run" ./open.exe ./cygc.dll fork
CYGWIN=inject:fork.address=EAGAIN "$run" strace -f --json -o trace ./open.exe ./cygc.dll fork >out 2>err
check 'always taken: EAGAIN' grep -qi 'temporarily\|no more processes\|again' out
check 'an event says what is there' jq -e -s \
    'any(.event == "dll_child_failed" and (.name | endswith("cygc.dll")) and (.occupant | contains("private memory")))' trace
finish
