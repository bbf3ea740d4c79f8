/* SPDX-License-Identifier: BSD-2-Clause */
/* <netinet/ip_icmp.h>: the header of an ICMP packet. */
#ifndef _NETINET_IP_ICMP_H
#define _NETINET_IP_ICMP_H

#include <netinet/ip.h>

struct icmp {
    uint8_t icmp_type, icmp_code;
    uint16_t icmp_cksum;
    uint16_t icmp_id, icmp_seq;
    uint8_t icmp_data[1];
};

#define ICMP_ECHOREPLY 0
#define ICMP_UNREACH 3
#define ICMP_ECHO 8
#define ICMP_TIMXCEED 11
#define ICMP_MINLEN 8

#endif
