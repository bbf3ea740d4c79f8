/* SPDX-License-Identifier: BSD-2-Clause */
/* <arpa/inet.h>: internet addresses as text. */
#ifndef _ARPA_INET_H
#define _ARPA_INET_H

#include <netinet/in.h>

#ifdef __cplusplus
extern "C" {
#endif

in_addr_t inet_addr(const char *text);
int inet_aton(const char *text, struct in_addr *addr);
in_addr_t inet_lnaof(struct in_addr addr);
struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host);
in_addr_t inet_netof(struct in_addr addr);
in_addr_t inet_network(const char *text);
char *inet_ntoa(struct in_addr addr);
const char *inet_ntop(int family, const void *addr, char *text, socklen_t size);
int inet_pton(int family, const char *text, void *addr);

#ifdef __cplusplus
}
#endif

#endif
