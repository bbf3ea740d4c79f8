/* SPDX-License-Identifier: BSD-2-Clause */
/* <stdarg.h> of the SDK, ahead of clang's. The calling convention passes every
   variable argument in a slot of 8 bytes; what is larger, or of a size that is
   no power of two, is passed by reference. clang's own va_list for this target
   is the one of another convention and incompatible with all other compilers. */

/* Some C library headers want only the name of the type. */
#ifndef __GNUC_VA_LIST
#define __GNUC_VA_LIST
typedef __builtin_ms_va_list __gnuc_va_list;
#endif

#ifdef __need___va_list
#undef __need___va_list
#else

#ifndef __STDARG_H
#define __STDARG_H

#ifndef _VA_LIST
#define _VA_LIST
typedef __gnuc_va_list va_list;
#endif
#define _VA_LIST_DEFINED
#define _VA_LIST_T_H

static __inline__ __attribute__((__always_inline__, __unused__)) void *
__isthmus_va_slot(__gnuc_va_list *__ap, int __by_reference)
{
    void *__slot = *__ap;

    *__ap += 8;
    return __by_reference ? *(void **)__slot : __slot;
}

#define va_start(ap, param) __builtin_ms_va_start(ap, param)
#define va_end(ap) __builtin_ms_va_end(ap)
#define va_arg(ap, type) \
    (*(type *)__isthmus_va_slot(&(ap), sizeof(type) > 8 || (sizeof(type) & (sizeof(type) - 1))))
#define __va_copy(to, from) __builtin_ms_va_copy(to, from)
#if __STDC_VERSION__ >= 199900L || __cplusplus >= 201103L || !defined(__STRICT_ANSI__)
#define va_copy(to, from) __builtin_ms_va_copy(to, from)
#endif

#endif /* __STDARG_H */
#endif /* __need___va_list */
