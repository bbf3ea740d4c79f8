/* SPDX-License-Identifier: BSD-2-Clause */
/* Mathematics of long double on the x87, for which newlib has nothing on this platform. Accurate to a
 * few units of the last place, but for: powl with large results, trigonometry near large multiples of
 * pi, and erfl, erfcl, lgammal, tgammal, which have double precision. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>

#define LN2_HI 0x1.62e42fee00000p-1L /* the upper 33 bits: n * LN2_HI is exact */
#define LN2_LO 1.90821492927058781614426568e-10L
#define PI_L   3.14159265358979323846264338327950288L

union ld_bits {
    long double v;
    struct {
        uint64_t mantissa;
        uint16_t sign_exp;
    } b;
};

/* One x87 instruction of one operand. */
#define X87_1(insn, x) ({ long double r_; __asm__(insn : "=t"(r_) : "0"(x)); r_; })

static long double round_mode(long double x, uint16_t mode)
{
    uint16_t saved, cw;
    long double r;

    __asm__ volatile("fnstcw %0" : "=m"(saved));
    cw = (uint16_t)((saved & ~0x0c00) | mode);
    __asm__ volatile("fldcw %0" : : "m"(cw));
    __asm__ volatile("frndint" : "=t"(r) : "0"(x));
    __asm__ volatile("fldcw %0" : : "m"(saved));
    return r;
}

long double fabsl(long double x)
{
    return X87_1("fabs", x);
}

long double copysignl(long double x, long double y)
{
    union ld_bits a = { x }, b = { y };

    a.b.sign_exp = (uint16_t)((a.b.sign_exp & 0x7fff) | (b.b.sign_exp & 0x8000));
    return a.v;
}

int __signbitl(long double x)
{
    union ld_bits a = { x };

    return a.b.sign_exp >> 15;
}

int isnanl(long double x)
{
    return x != x;
}

int isinfl(long double x)
{
    return __builtin_isinf_sign(x);
}

int finitel(long double x)
{
    return __builtin_isfinite(x);
}

long double sqrtl(long double x)
{
    return X87_1("fsqrt", x);
}

long double rintl(long double x)
{
    return X87_1("frndint", x);
}

long double nearbyintl(long double x)
{
    return rintl(x);
}

long double floorl(long double x)
{
    return round_mode(x, 0x0400);
}

long double ceill(long double x)
{
    return round_mode(x, 0x0800);
}

long double truncl(long double x)
{
    return round_mode(x, 0x0c00);
}

long double roundl(long double x)
{
    long double t = truncl(x);

    return fabsl(x - t) >= 0.5L ? t + copysignl(1, x) : t;
}

long lrintl(long double x)
{
    return (long)rintl(x);
}

long long llrintl(long double x)
{
    return (long long)rintl(x);
}

long lroundl(long double x)
{
    return (long)roundl(x);
}

long long llroundl(long double x)
{
    return (long long)roundl(x);
}

long double modfl(long double x, long double *whole)
{
    *whole = truncl(x);
    return __builtin_isinf_sign(x) ? copysignl(0, x) : copysignl(x - *whole, x);
}

long double fmodl(long double x, long double y)
{
    long double r = x;
    uint16_t status;

    if (y == 0)
        return (x * y) / (x * y);
    do
        __asm__("fprem; fnstsw %%ax" : "=t"(r), "=a"(status) : "0"(r), "u"(y));
    while (status & 0x400);
    return r;
}

long double remquol(long double x, long double y, int *quo)
{
    long double r = x;
    uint16_t status;
    int q;

    do
        __asm__("fprem1; fnstsw %%ax" : "=t"(r), "=a"(status) : "0"(r), "u"(y));
    while (status & 0x400);
    q = (status >> 6 & 4) | (status >> 13 & 2) | (status >> 9 & 1);
    *quo = __signbitl(x) != __signbitl(y) ? -q : q;
    return r;
}

long double remainderl(long double x, long double y)
{
    int quo;

    return remquol(x, y, &quo);
}

/* ---- exponents ---- */

long double frexpl(long double x, int *exp)
{
    union ld_bits a = { x };

    *exp = 0;
    if (x == 0 || !__builtin_isfinite(x))
        return x;
    if (!(a.b.sign_exp & 0x7fff)) { /* denormal */
        a.v *= 0x1p+64L;
        *exp = -64;
    }
    *exp += (a.b.sign_exp & 0x7fff) - 16382;
    a.b.sign_exp = (uint16_t)((a.b.sign_exp & 0x8000) | 16382);
    return a.v;
}

long double scalblnl(long double x, long n)
{
    long double r, e = n < -40000 ? -40000 : n > 40000 ? 40000 : n;

    __asm__("fscale" : "=t"(r) : "0"(x), "u"(e));
    if (__builtin_isinf_sign(r) && !__builtin_isinf_sign(x))
        errno = ERANGE;
    return r;
}

long double scalbnl(long double x, int n)
{
    return scalblnl(x, n);
}

long double ldexpl(long double x, int n)
{
    return scalblnl(x, n);
}

long double logbl(long double x)
{
    long double exp, mantissa;

    __asm__("fxtract" : "=t"(mantissa), "=u"(exp) : "0"(x));
    (void)mantissa;
    return exp;
}

int ilogbl(long double x)
{
    if (x == 0)
        return FP_ILOGB0;
    if (x != x)
        return FP_ILOGBNAN;
    if (__builtin_isinf_sign(x))
        return INT_MAX;
    return (int)logbl(x);
}

long double nextafterl(long double x, long double y)
{
    union ld_bits a = { x };

    if (x != x || y != y)
        return x + y;
    if (x == y)
        return y;
    if (x == 0) {
        a.b.mantissa = 1;
        a.b.sign_exp = __signbitl(y) ? 0x8000 : 0;
        return a.v;
    }
    if ((x < y) == (x > 0)) { /* away from 0 */
        if (++a.b.mantissa == 0 || (a.b.mantissa == 0x8000000000000000ull && !(a.b.sign_exp & 0x7fff))) {
            a.b.mantissa = 0x8000000000000000ull;
            a.b.sign_exp++;
        }
    } else if (a.b.mantissa-- == 0x8000000000000000ull && (a.b.sign_exp & 0x7fff)) {
        a.b.sign_exp--;
        if (a.b.sign_exp & 0x7fff)
            a.b.mantissa |= 0x8000000000000000ull;
    }
    return a.v;
}

long double nexttowardl(long double x, long double y)
{
    return nextafterl(x, y);
}

double nexttoward(double x, long double y)
{
    return x == y ? (double)y : nextafter(x, y > x ? HUGE_VAL : y < x ? -HUGE_VAL : (double)y);
}

float nexttowardf(float x, long double y)
{
    return x == y ? (float)y : nextafterf(x, y > x ? HUGE_VALF : y < x ? -HUGE_VALF : (float)y);
}

/* ---- exponential and logarithm ---- */

/* 2**x for |x| <= 1, minus 1 */
static long double f2xm1(long double x)
{
    return X87_1("f2xm1", x);
}

/* y * log2(x) */
static long double fyl2x(long double x, long double y)
{
    long double r;

    __asm__("fyl2x" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
    return r;
}

long double exp2l(long double x)
{
    long double n;

    if (__builtin_isinf_sign(x))
        return x > 0 ? x : 0;
    if (x != x)
        return x;
    n = rintl(x);
    return scalblnl(f2xm1(x - n) + 1, (long)(n > 1e6L ? 1e6L : n < -1e6L ? -1e6L : n));
}

/* e**x - 1 == (m + 1) * 2**n - 1 */
static long double exp_parts(long double x, long *n)
{
    long double whole = rintl(x * (long double)M_LOG2E);

    *n = (long)whole;
    return f2xm1((x - whole * LN2_HI - whole * LN2_LO) * 1.44269504088896340735992468100189214L);
}

long double expl(long double x)
{
    long double m;
    long n;

    if (x != x || fabsl(x) > 20000) {
        if (x > 0 && !__builtin_isinf_sign(x))
            errno = ERANGE;
        return x != x ? x : x > 0 ? HUGE_VALL : 0;
    }
    m = exp_parts(x, &n);
    return scalblnl(m + 1, n);
}

long double expm1l(long double x)
{
    long double m;
    long n;

    if (x != x || fabsl(x) > 20000)
        return x != x ? x : x > 0 ? HUGE_VALL : -1;
    m = exp_parts(x, &n);
    return n == 0 ? m : scalblnl(m, n) + (scalblnl(1, n) - 1);
}

static long double log_of(long double x, long double factor)
{
    if (x == 0)
        errno = ERANGE;
    else if (x < 0)
        errno = EDOM;
    return fyl2x(x, factor);
}

long double logl(long double x)
{
    return log_of(x, 0.69314718055994530941723212145817657L);
}

long double log2l(long double x)
{
    return log_of(x, 1);
}

long double log10l(long double x)
{
    return log_of(x, 0.30102999566398119521373889472449302677L);
}

long double log1pl(long double x)
{
    long double r;

    if (fabsl(x) > 0.29L)
        return logl(1 + x);
    __asm__("fyl2xp1" : "=t"(r) : "0"(x), "u"(0.69314718055994530941723212145817657L) : "st(1)");
    return r;
}

static long double pow_int(long double x, uint64_t n)
{
    long double r = 1;

    for (; n; n >>= 1, x *= x)
        if (n & 1)
            r *= x;
    return r;
}

long double powl(long double x, long double y)
{
    long double whole = truncl(y), r;
    int odd = whole == y && fabsl(y) < 0x1p63L && ((long long)y & 1);

    if (y == 0 || x == 1)
        return 1;
    if (x != x || y != y)
        return x + y;
    if (__builtin_isinf_sign(y)) {
        if (fabsl(x) == 1)
            return 1;
        return (fabsl(x) > 1) == (y > 0) ? HUGE_VALL : 0;
    }
    if (x == 0 || __builtin_isinf_sign(x)) {
        r = (x == 0) == (y > 0) ? 0 : HUGE_VALL;
        if (x == 0 && y < 0)
            errno = ERANGE;
        return odd ? copysignl(r, x) : r;
    }
    if (x < 0 && whole != y) {
        errno = EDOM;
        return (x - x) / (x - x);
    }
    if (whole == y && fabsl(y) <= 1024) {
        r = pow_int(x, (uint64_t)fabsl(y));
        return y < 0 ? 1 / r : r;
    }
    r = exp2l(fyl2x(fabsl(x), y));
    return x < 0 && odd ? -r : r;
}

long double cbrtl(long double x)
{
    long double r;

    if (x == 0 || !__builtin_isfinite(x))
        return x;
    r = cbrt((double)x);
    if (!__builtin_isfinite(r) || r == 0)
        r = copysignl(exp2l(log2l(fabsl(x)) / 3), x);
    return r - (r * r * r - x) / (3 * r * r); /* one step of Newton */
}

long double hypotl(long double x, long double y)
{
    long double big = fabsl(x), small = fabsl(y), q;

    if (__builtin_isinf_sign(x) || __builtin_isinf_sign(y))
        return HUGE_VALL;
    if (big < small)
        q = big, big = small, small = q;
    if (big == 0)
        return 0;
    q = small / big;
    return big * sqrtl(1 + q * q);
}

/* ---- trigonometry ---- */

/* fsin and its like want |x| < 2**63. */
static long double reduce(long double x)
{
    return fabsl(x) < 0x1p62L ? x : remainderl(x, 2 * PI_L);
}

long double sinl(long double x)
{
    return X87_1("fsin", reduce(x));
}

long double cosl(long double x)
{
    return X87_1("fcos", reduce(x));
}

void sincosl(long double x, long double *s, long double *c)
{
    *s = sinl(x);
    *c = cosl(x);
}

long double tanl(long double x)
{
    return sinl(x) / cosl(x);
}

long double atan2l(long double y, long double x)
{
    long double r;

    __asm__("fpatan" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
    return r;
}

long double atanl(long double x)
{
    return atan2l(x, 1);
}

long double asinl(long double x)
{
    if (fabsl(x) > 1)
        errno = EDOM;
    return atan2l(x, sqrtl((1 - x) * (1 + x)));
}

long double acosl(long double x)
{
    if (fabsl(x) > 1)
        errno = EDOM;
    return atan2l(sqrtl((1 - x) * (1 + x)), x);
}

/* ---- hyperbolic ---- */

long double sinhl(long double x)
{
    long double e;

    if (fabsl(x) > 44)
        return copysignl(expl(fabsl(x) / 2) * (expl(fabsl(x) / 2) / 2), x);
    e = expm1l(x);
    return (e + e / (e + 1)) / 2;
}

long double coshl(long double x)
{
    long double e;

    x = fabsl(x);
    if (x > 44)
        return expl(x / 2) * (expl(x / 2) / 2);
    e = expl(x);
    return (e + 1 / e) / 2;
}

long double tanhl(long double x)
{
    long double e;

    if (fabsl(x) > 23)
        return copysignl(1, x);
    e = expm1l(2 * x);
    return e / (e + 2);
}

long double asinhl(long double x)
{
    long double a = fabsl(x);

    if (!__builtin_isfinite(x) || x == 0)
        return x;
    return copysignl(a > 0x1p32L ? logl(a) + logl(2) : log1pl(a + a * a / (1 + sqrtl(a * a + 1))), x);
}

long double acoshl(long double x)
{
    if (x < 1)
        errno = EDOM;
    return x > 0x1p32L ? logl(x) + logl(2) : log1pl((x - 1) + sqrtl((x - 1) * (x + 1)));
}

long double atanhl(long double x)
{
    if (fabsl(x) > 1)
        errno = EDOM;
    return log1pl(2 * x / (1 - x)) / 2;
}

/* ---- the rest ---- */

long double fdiml(long double x, long double y)
{
    return x != x || y != y ? x + y : x > y ? x - y : 0;
}

long double fmaxl(long double x, long double y)
{
    return x != x ? y : y != y ? x : x > y ? x : y;
}

long double fminl(long double x, long double y)
{
    return x != x ? y : y != y ? x : x < y ? x : y;
}

long double erfl(long double x)
{
    return erf((double)x);
}

long double erfcl(long double x)
{
    return erfc((double)x);
}

long double lgammal(long double x)
{
    return lgamma((double)x);
}

long double tgammal(long double x)
{
    return tgamma((double)x);
}
