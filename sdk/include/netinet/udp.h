/* SPDX-License-Identifier: BSD-2-Clause */
/* <netinet/udp.h>: the header of a UDP datagram. */
#ifndef _NETINET_UDP_H
#define _NETINET_UDP_H

#include <stdint.h>

struct udphdr {
    uint16_t uh_sport, uh_dport, uh_ulen, uh_sum;
};

#endif
