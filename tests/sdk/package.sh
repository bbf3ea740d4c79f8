# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# An ordinary autoconf package is configured and built without hints, and its program runs.
. "$TOP/tests/tap.sh"
command -v autoconf >/dev/null || skip_all 'autoconf is not installed'
PATH=$BUILD/sdk/bin:$PATH
cat >configure.ac <<'E2'
AC_INIT([mini], [1.0])
AC_CONFIG_HEADERS([config.h])
AC_PROG_CC
AC_USE_SYSTEM_EXTENSIONS
AC_CHECK_HEADERS([unistd.h sys/wait.h pthread.h dlfcn.h termios.h nonesuch.h])
AC_CHECK_FUNCS([fork vfork getpid sigaction strlcpy mmap posix_spawn nonesuch_function])
AC_CHECK_SIZEOF([long])
AC_SEARCH_LIBS([sin], [m])
AC_SEARCH_LIBS([pthread_create], [pthread])
AC_SEARCH_LIBS([dlopen], [dl])
AC_SEARCH_LIBS([clock_gettime], [rt])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
E2
cat >Makefile.in <<'E2'
mini@EXEEXT@: mini.c
	@CC@ @CFLAGS@ -o $@ mini.c @LIBS@ -lm -lpthread -ldl -lrt
E2
cat >mini.c <<'E2'
#include "config.h"
#include <math.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int st;
    pid_t pid = fork();

    if (pid == 0)
        _exit(argc);
    waitpid(pid, &st, 0);
    printf("%s %d %d %.3f %Lf\n", argv[1], WEXITSTATUS(st), SIZEOF_LONG, sin(1.0), 0.5L);
    return 0;
}
E2
check 'autoconf' autoconf
check 'config.h.in' autoheader
check 'configure --host=x86_64-pc-cygwin' ./configure --host=x86_64-pc-cygwin
check 'finds what is there' grep -q 'define HAVE_FORK 1' config.h
check 'does not find what is not' sh -c 'test -f config.h && ! grep -q "define HAVE_NONESUCH" config.h'
check 'long has 8 bytes' grep -q 'define SIZEOF_LONG 8' config.h
check 'make' make
gives 'the program runs' 0 'arg 2 8 0.841 0.500000' "$run" ./mini.exe arg
finish
