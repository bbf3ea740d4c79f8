/* SPDX-License-Identifier: BSD-2-Clause */
/* <netinet/ip6.h>: the header of an IPv6 packet. */
#ifndef _NETINET_IP6_H
#define _NETINET_IP6_H

#include <netinet/in.h>

struct ip6_hdr {
    uint32_t ip6_flow;
    uint16_t ip6_plen;
    uint8_t ip6_nxt, ip6_hlim;
    struct in6_addr ip6_src, ip6_dst;
};

#endif
