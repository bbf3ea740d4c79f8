# SPDX-License-Identifier: BSD-2-Clause
# timeout: 120
# The compiler driver takes GCC's arguments, names files as Cygwin's GCC does and links right images.
. "$TOP/tests/tap.sh"
bin=$BUILD/sdk/bin
cc=$bin/x86_64-pc-cygwin-gcc

# field FILE NAME: a field of the image's header
field() {
    "$bin/x86_64-pc-cygwin-readelf" --file-headers "$1" | sed -n "s/^ *$2: *//p" | head -1
}

gives '-dumpmachine' 0 x86_64-pc-cygwin "$cc" -dumpmachine
echo 'int main(void) { return 42; }' > p.c
check 'program without -o is a.exe' "$cc" p.c
check 'a.exe is there' test -f a.exe
check '-o NAME makes NAME.exe' sh -c "'$cc' -o prog p.c && test -f prog.exe"
check '-o with a dot stays' sh -c "'$cc' -o prog.bin p.c && test -f prog.bin"
check 'compile only' sh -c "'$cc' -c p.c && test -f p.o && '$cc' -c -o q.obj p.c && test -f q.obj"
check 'image base of programs' test "$(field prog.exe ImageBase)" = 0x100400000
check 'relocations are marked as stripped' sh -c "'$bin/x86_64-pc-cygwin-readelf' --file-headers prog.exe | grep -q IMAGE_FILE_RELOCS_STRIPPED"
check 'no address randomisation' sh -c "! '$bin/x86_64-pc-cygwin-readelf' --file-headers prog.exe | grep -q -e DYNAMIC_BASE -e HIGH_ENTROPY"
check 'standard libraries resolve' "$cc" -o libs p.c -lm -lpthread -ldl -lrt -lutil -lcrypt -lc -lresolv
check 'options of Unix builds are taken' "$cc" -fPIC -fPIE -pipe -pthread -rdynamic -Wl,-rpath,/usr/lib -Wl,--as-needed -Wl,-z,relro -Wl,-O1,--export-dynamic -O2 -g -o opt p.c
check '-static is taken' "$cc" -static -o st p.c
check 'several sources and an object' sh -c "echo 'int f(void) { return 1; }' > f.c && echo 'int f(void); int main(void) { return f(); }' > m.c && '$cc' -c f.c && '$cc' -o two m.c f.o"
check 'names with spaces and quotes' sh -c "mkdir -p \"d 'x\" && cp p.c \"d 'x/a b.c\" && '$cc' -o \"d 'x/out\" \"d 'x/a b.c\" && test -f \"d 'x/out.exe\""
check 'preprocessor from standard input' sh -c "echo __CYGWIN__ | '$cc' -E - | grep -qx 1"
check 'cpp' sh -c "echo __LP64__ | '$bin/x86_64-pc-cygwin-cpp' | grep -qx 1"
check 'program from standard input' sh -c "'$cc' -x c -o stdin - < p.c && test -f stdin.exe"
check 'dependencies' sh -c "'$cc' -MMD -MF p.d -c p.c && grep -q '^p.o: p.c' p.d"
check 'response file' sh -c "echo 'p.o' > objs && '$cc' -c p.c && '$cc' -o resp @objs && test -f resp.exe"
check 'an error is an error' sh -c "echo 'int main(void) { return nonesuch(); }' > e.c && ! '$cc' -o e e.c 2>/dev/null"
check 'a missing file is an error' sh -c "! '$cc' -o e missing.c 2>/dev/null"
check 'no temporary files stay' sh -c "mkdir tmp && TMPDIR=$PWD/tmp '$cc' -o t p.c && test -z \"\$(ls tmp)\""

echo '__attribute__((visibility("default"))) int answer = 40; int get(int n) { return answer + n; }' > lib.c
check 'shared library' "$cc" -shared -o cygdemo-1.dll lib.c -Wl,--out-implib,libdemo.dll.a
base=$(field cygdemo-1.dll ImageBase)
check "its base $base lies in the window" test $((base >= 0x120000000 && base < 0x16f000000)) = 1
check 'the base comes from the name' sh -c "'$cc' -shared -o cygother-1.dll lib.c && test '$base' != \"\$('$bin/x86_64-pc-cygwin-readelf' --file-headers cygother-1.dll | sed -n 's/^ *ImageBase: *//p' | head -1)\""
echo 'extern int answer; int get(int); int *p = &answer; int main(void) { return get(1) + (*p - answer); }' > use.c
check 'program that uses it' "$cc" -o use use.c -L. -ldemo
for tool in ar ranlib nm ld strip objdump as dlltool windres strings size objcopy addr2line; do
    check "there is $tool" test -x "$bin/x86_64-pc-cygwin-$tool"
done
check 'archive' sh -c "'$bin/x86_64-pc-cygwin-ar' cru libf.a f.o && '$bin/x86_64-pc-cygwin-ranlib' libf.a && '$cc' -o ar m.c -L. -lf"
check 'strip' "$bin/x86_64-pc-cygwin-strip" prog.exe
check 'a symbolic link to the driver works' sh -c "ln -s '$cc' mycc && ./mycc -c p.c"

gives 'exit code of a program' 42 '' "$run" ./a.exe
gives 'stripped program' 42 '' "$run" ./prog.exe
gives 'program with a DLL: function and data' 41 '' "$run" ./use.exe
cat > ctor.c <<'E2'
#include <stdio.h>
__attribute__((constructor)) static void first(void) { printf("constructor "); }
__attribute__((destructor)) static void last(void) { printf("destructor\n"); fflush(stdout); }
int main(void) { printf("main "); return 0; }
E2
"$cc" -o ctor ctor.c
gives 'constructors and destructors' 0 'constructor main destructor' "$run" ./ctor.exe
cat > fp.c <<'E2'
#include <stdio.h>
int main(void) { volatile long double a = 1, b = 3; printf("%d\n", a / b != (double)(a / b)); return 0; }
E2
"$cc" -o fp fp.c
gives 'long double has its full precision' 0 1 "$run" ./fp.exe
finish
