# SPDX-License-Identifier: BSD-2-Clause
# timeout: 180
# Calls between objects of all compilers that are there: our driver with each clang of this machine, and
# mingw's GCC, which has another long but the same calling convention. Fixed-width types only.
. "$TOP/tests/tap.sh"
cc=$BUILD/sdk/bin/x86_64-pc-cygwin-gcc

cat > types.h <<'E2'
#include <stdarg.h>
typedef long long i64;
struct s1 { char a; };
struct s3 { char a[3]; };
struct s8 { int a, b; };
struct s12 { int a, b, c; };
struct s16 { i64 a, b; };
struct s40 { i64 a[5]; };
struct sf { float a, b; };
typedef i64 callback(i64, double, struct s12, ...);
i64 ints(char a, short b, int c, i64 d, unsigned char e, i64 f, int g);
double mixed(int a, double b, float c, i64 d, float e, double f);
long double ldouble(long double a, int b, long double c);
struct s1 r1(struct s1 x, int y);
struct s3 r3(struct s3 x, int y);
struct s8 r8(struct s8 x, int y);
struct s12 r12(struct s12 x, int y);
struct s40 r40(int y, struct s40 x);
struct sf rf(struct sf x, float y);
i64 variadic(const char *kinds, ...);
i64 variadic_list(const char *kinds, va_list ap);
i64 call_back(callback *f, int n);
i64 many_registers(void);
E2
cat > callee.c <<'E2'
#include "types.h"
i64 ints(char a, short b, int c, i64 d, unsigned char e, i64 f, int g) { return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f + 1000000 * g; }
double mixed(int a, double b, float c, i64 d, float e, double f) { return a + b * 2 + c * 4 + d * 8 + e * 16 + f * 32; }
long double ldouble(long double a, int b, long double c) { return a * b + c; }
struct s1 r1(struct s1 x, int y) { x.a += y; return x; }
struct s3 r3(struct s3 x, int y) { x.a[0] += y; x.a[2] -= y; return x; }
struct s8 r8(struct s8 x, int y) { x.a += y; x.b -= y; return x; }
struct s12 r12(struct s12 x, int y) { x.a += y; x.c *= y; return x; }
struct s40 r40(int y, struct s40 x) { for (int i = 0; i < 5; i++) x.a[i] += y; return x; }
struct sf rf(struct sf x, float y) { x.a += y; x.b *= y; return x; }
i64 variadic_list(const char *kinds, va_list ap)
{
    i64 r = 0;
    for (; *kinds; kinds++) {
        r = r * 3;
        switch (*kinds) {
        case 'i': r += va_arg(ap, int); break;
        case 'l': r += va_arg(ap, i64); break;
        case 'd': r += (i64)(va_arg(ap, double) * 2); break;
        case 'L': r += (i64)(va_arg(ap, long double) * 4); break;
        case 'p': r += *va_arg(ap, char *); break;
        case '1': { struct s1 x = va_arg(ap, struct s1); r += x.a; break; }
        case '3': { struct s3 x = va_arg(ap, struct s3); r += x.a[0] + x.a[2]; break; }
        case '8': { struct s8 x = va_arg(ap, struct s8); r += x.a + 2 * x.b; break; }
        case 't': { struct s12 x = va_arg(ap, struct s12); r += x.a + 2 * x.c; break; }
        case 's': { struct s16 x = va_arg(ap, struct s16); r += x.a + 2 * x.b; break; }
        case 'f': { struct s40 x = va_arg(ap, struct s40); r += x.a[4]; break; }
        }
    }
    return r;
}
i64 variadic(const char *kinds, ...)
{
    va_list ap, copy;
    i64 a, b;
    va_start(ap, kinds);
    va_copy(copy, ap);
    a = variadic_list(kinds, ap);
    b = variadic_list(kinds, copy);
    va_end(copy);
    va_end(ap);
    return a == b ? a : -1;
}
i64 call_back(callback *f, int n) { struct s12 s = { 1, 2, 3 }; return f(n, 2.5, s, n + 1, 4.5, (i64)n << 40); }
i64 many_registers(void)
{
    /* tramples on what a callee may */
    __asm__ volatile("xorl %%eax,%%eax; xorl %%ecx,%%ecx; xorl %%edx,%%edx; xorl %%r8d,%%r8d; xorl %%r9d,%%r9d;"
                     "xorl %%r10d,%%r10d; xorl %%r11d,%%r11d; pxor %%xmm0,%%xmm0; pxor %%xmm5,%%xmm5"
                     ::: "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm5");
    return 0;
}
E2
cat > caller.c <<'E2'
#include "types.h"
#define EXPECT(c) do { n++; if (!(c)) return n; } while (0)
static i64 back(i64 a, double b, struct s12 c, ...)
{
    va_list ap;
    i64 r = a + (i64)(b * 2) + c.a + c.b + c.c;
    va_start(ap, c);
    r += va_arg(ap, int);
    r += (i64)(va_arg(ap, double) * 2);
    r += va_arg(ap, i64);
    va_end(ap);
    return r;
}
int run_calls(void);
int run_calls(void)
{
    int n = 0;
    struct s1 a = { 5 };
    struct s3 b = { { 1, 2, 30 } };
    struct s8 c = { 7, 70 };
    struct s12 d = { 1, 2, 3 };
    struct s16 e = { 4, 5 };
    struct s40 f = { { 1, 2, 3, 4, 5 } };
    struct sf g = { 1.5f, 2.5f };
    double keep = 1.25;

    EXPECT(ints(-1, -2, 3, 4, 250, -6, 7) == -1 - 20 + 300 + 4000 + 2500000 - 600000 + 7000000);
    EXPECT(mixed(1, 0.5, 0.25f, -3, 1.0f, 2.0) == 1 + 1 + 1 - 24 + 16 + 64);
    EXPECT(ldouble(1.5L, 3, 0x1p-60L) == 4.5L + 0x1p-60L);
    EXPECT(r1(a, 3).a == 8);
    EXPECT(r3(b, 1).a[0] == 2 && r3(b, 1).a[1] == 2 && r3(b, 1).a[2] == 29);
    EXPECT(r8(c, 2).a == 9 && r8(c, 2).b == 68);
    EXPECT(r12(d, 4).a == 5 && r12(d, 4).b == 2 && r12(d, 4).c == 12 && d.a == 1);
    EXPECT(r40(10, f).a[0] == 11 && r40(10, f).a[4] == 15 && f.a[0] == 1);
    EXPECT(rf(g, 2).a == 3.5f && rf(g, 2).b == 5.0f);
    EXPECT(variadic("") == 0);
    EXPECT(variadic("i", -5) == -5);
    EXPECT(variadic("ildLp", 1, 2LL, 3.5, 4.25L, "A") == ((((1 * 3 + 2) * 3 + 7) * 3 + 17) * 3 + 65));
    EXPECT(variadic("138tsf", a, b, c, d, e, f) == (((((5 * 3 + 31) * 3 + 147) * 3 + 7) * 3 + 14) * 3 + 5));
    EXPECT(variadic("iiiiiidLiL", 1, 1, 1, 1, 1, 1, 0.5, 0.25L, 1, 0.25L) == 29524);
    EXPECT(call_back(back, 6) == 6 + 5 + 6 + 7 + 9 + (6LL << 40));
    many_registers();
    EXPECT(keep == 1.25 && c.a == 7);
    return 0;
}
E2
cat > main.c <<'E2'
int run_calls(void);
int main(void) { return run_calls(); }
E2

compilers=
PATH=$(printf '%s\n' "$PATH" | tr : '\n' | grep -v ccache | paste -sd :) # the compilers themselves, by their real names
for v in '' -13 -14 -15 -16 -17 -18 -19; do
    path=$(command -v "clang$v") || continue
    path=$(readlink -f "$path")
    case " $compilers " in
    *" $path "*) continue ;;
    esac
    compilers="$compilers $path"
    name=$(basename "$path")
    for f in callee caller; do
        ISTHMUS_CLANG=$path "$cc" -O1 -c $f.c -o $f-$name.o || fail "$name compiles $f.c"
        ISTHMUS_CLANG=$path "$cc" -O0 -c $f.c -o $f-$name-O0.o || fail "$name -O0 compiles $f.c"
    done
    names="$names $name $name-O0"
done
if command -v x86_64-w64-mingw32-gcc > /dev/null; then
    for f in callee caller; do
        x86_64-w64-mingw32-gcc -O1 -c $f.c -o $f-mingw.o || fail "mingw compiles $f.c"
    done
    names="$names mingw"
else
    skip 'mingw GCC' 'x86_64-w64-mingw32-gcc is not installed'
fi
"$cc" -c main.c
for a in $names; do
    for b in $names; do
        "$cc" -o p-$a-$b.exe main.o caller-$a.o callee-$b.o || fail "$a and $b link"
        # the number of the first call that went wrong is the exit code
        gives "$a calls $b" 0 '' "$run" ./p-$a-$b.exe
    done
done

cat > printf.c <<'E2'
#include <stdio.h>
#include <stdarg.h>
static int via(char *buf, size_t n, const char *f, ...)
{
    va_list ap;
    int r;
    va_start(ap, f);
    r = vsnprintf(buf, n, f, ap);
    va_end(ap);
    return r;
}
int main(void)
{
    char buf[200];
    int r = via(buf, sizeof(buf), "%d %ld %lld %zu %s %.3f %.4Lf %Le %c %jd %td %hhd", 1, 1L << 40, 2LL << 40, (size_t)3, "four",
                5.0, 6.25L, 0.5L, '7', (__INTMAX_TYPE__)8, (__PTRDIFF_TYPE__)9, 10);
    printf("%s|%d\n", buf, r);
    double d; long l; long double ld; char s[10]; int n;
    r = sscanf("12 3.5 abc 4.25 99", "%ld %lf %9s %Lf %d", &l, &d, s, &ld, &n);
    printf("%d %ld %g %s %Lg %d\n", r, l, d, s, ld, n);
    return 0;
}
E2
"$cc" -Wall -o printf printf.c || fail 'printf.c'
gives 'the C library agrees' 0 '1 1099511627776 2199023255552 3 four 5.000 6.2500 5.000000e-01 7 8 9 10|71
5 12 3.5 abc 4.25 99' "$run" ./printf.exe
finish
