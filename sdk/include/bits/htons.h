/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversion between host and network byte order, for <netinet/in.h> and <arpa/inet.h>. */
#ifndef _BITS_HTONS_H
#define _BITS_HTONS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

uint32_t htonl(uint32_t host);
uint16_t htons(uint16_t host);
uint32_t ntohl(uint32_t net);
uint16_t ntohs(uint16_t net);

#ifdef __cplusplus
}
#endif

#ifndef __cplusplus
#define htonl(x) __builtin_bswap32(x)
#define htons(x) __builtin_bswap16(x)
#define ntohl(x) __builtin_bswap32(x)
#define ntohs(x) __builtin_bswap16(x)
#endif

#endif
