/* SPDX-License-Identifier: BSD-2-Clause */
/* <values.h>: old names of <limits.h> and <float.h>. */
#ifndef _VALUES_H
#define _VALUES_H

#include <limits.h>
#include <float.h>

#define BITSPERBYTE CHAR_BIT
#define CHARBITS (sizeof(char) * BITSPERBYTE)
#define SHORTBITS (sizeof(short) * BITSPERBYTE)
#define INTBITS (sizeof(int) * BITSPERBYTE)
#define LONGBITS (sizeof(long) * BITSPERBYTE)
#define MINSHORT SHRT_MIN
#define MAXSHORT SHRT_MAX
#define MININT INT_MIN
#define MAXINT INT_MAX
#define MINLONG LONG_MIN
#define MAXLONG LONG_MAX
#define MINDOUBLE DBL_MIN
#define MAXDOUBLE DBL_MAX
#define MINFLOAT FLT_MIN
#define MAXFLOAT FLT_MAX

#endif
