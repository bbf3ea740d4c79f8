/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces as Windows lists them (iphlpapi, loaded on demand). Layouts are Windows'. */
#ifndef NT_NETIF_H
#define NT_NETIF_H

#include "base.h"

struct nt_if_addr { /* IP_ADAPTER_UNICAST_ADDRESS */
    uint32_t length, flags;
    struct nt_if_addr *next;
    const void *addr;       /* a sockaddr */
    int32_t addrlen;
    uint32_t pad;
    uint32_t origin[3];
    uint32_t lifetime[3];
    uint8_t prefix;         /* bits */
};

struct nt_if { /* the beginning of IP_ADAPTER_ADDRESSES */
    uint32_t length, index;
    struct nt_if *next;
    const char *guid;
    struct nt_if_addr *unicast;
    void *anycast, *multicast, *dns;
    const uint16_t *suffix, *description, *name;
    uint8_t mac[8];
    uint32_t mac_len, flags, mtu, type, state;
    uint32_t index6;
};

enum { NT_IF_LOOPBACK = 24, NT_IF_UP = 1 }; /* type, state */

/* All interfaces, to be freed by rt_free. 0, or negative errno. */
int nt_if_list(struct nt_if **list);

#endif
