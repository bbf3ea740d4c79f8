# SPDX-License-Identifier: BSD-2-Clause
# timeout: 300
# CMake, Meson, libtool and pkg-config with the SDK: a library as DLL, and a program that uses its function and data.
. "$TOP/tests/tap.sh"
sdk=$BUILD/sdk
PATH=$sdk/bin:$PATH
CONFIG_SITE=$sdk/share/config.site
export CONFIG_SITE
cat >part.c <<'E2'
int part_value = 5;
int part(void) { return ++part_value; }
E2
cat >main.c <<'E2'
#include <stdio.h>
#include <math.h>
extern int part_value;
int part(void);
int main(void)
{
    int r = part();

    printf("%d %d %.1f\n", r, part_value, floor(2.5 + r));
    return 0;
}
E2

if command -v cmake >/dev/null; then
    cat >CMakeLists.txt <<'E2'
cmake_minimum_required(VERSION 3.13)
project(parts C)
add_library(part SHARED part.c)
add_executable(main main.c)
target_link_libraries(main part m)
E2
    check 'cmake with the toolchain file' cmake -DCMAKE_TOOLCHAIN_FILE="$sdk/share/toolchain.cmake" -S . -B cmake
    check 'its makefiles build DLL and program' make -C cmake
    gives 'the program runs' 0 '6 6 8.0' "$run" cmake/main.exe
else
    skip 'CMake' 'cmake is not installed'
fi

if command -v meson >/dev/null && command -v ninja >/dev/null; then
    cat >meson.build <<'E2'
project('parts', 'c')
part = shared_library('part', 'part.c')
executable('main', 'main.c', link_with: part, dependencies: meson.get_compiler('c').find_library('m'))
E2
    check 'meson with the cross file' meson setup --cross-file "$sdk/share/cross.meson" meson
    check 'ninja builds DLL and program' ninja -C meson
    gives 'the program runs' 0 '6 6 8.0' "$run" meson/main.exe
else
    skip 'Meson' 'meson or ninja is not installed'
fi

if command -v libtoolize >/dev/null && command -v automake >/dev/null; then
    mkdir lt
    cp part.c main.c lt
    cd lt || exit 1
    cat >configure.ac <<'E2'
AC_INIT([parts], [1.0])
AC_CONFIG_AUX_DIR([aux])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
m4_ifdef([AM_PROG_AR], [AM_PROG_AR])
LT_INIT([win32-dll])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
E2
    cat >Makefile.am <<'E2'
lib_LTLIBRARIES = libpart.la
libpart_la_SOURCES = part.c
libpart_la_LDFLAGS = -no-undefined -version-info 1:0:0
bin_PROGRAMS = main
main_SOURCES = main.c
main_LDADD = libpart.la -lm
E2
    check 'autoreconf' autoreconf -fi
    check 'configure' ./configure --host=x86_64-pc-cygwin --prefix=/usr
    check 'make' make
    check 'make install' make install DESTDIR="$PWD/tree"
    check 'libtool has made a DLL' test -f tree/usr/bin/cygpart-1.dll
    check 'and its import library' test -f tree/usr/lib/libpart.dll.a
    gives 'the program runs' 0 '6 6 8.0' "$run" tree/usr/bin/main.exe
    cd ..
else
    skip 'libtool' 'libtool or automake is not installed'
fi

if command -v pkgconf >/dev/null || command -v pkg-config >/dev/null; then
    check 'pkg-config knows nothing of this machine' sh -c '! x86_64-pc-cygwin-pkg-config --exists libc bash-completion'
else
    skip 'pkg-config' 'not installed'
fi
finish
