/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of lib/pe only. */
#ifndef LIB_PE_PE_INT_H
#define LIB_PE_PE_INT_H

#include "lib/pe/pe.h"

/** Sets why and returns -ENOEXEC. */
int pe_bad(struct pe *pe, const char *why);
/** Little-endian numbers from unaligned memory. */
uint16_t pe_u16(const unsigned char *p);
uint32_t pe_u32(const unsigned char *p);
uint64_t pe_u64(const unsigned char *p);

#endif
