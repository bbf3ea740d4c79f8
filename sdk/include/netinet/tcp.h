/* SPDX-License-Identifier: BSD-2-Clause */
/* <netinet/tcp.h>: options of TCP sockets. */
#ifndef _NETINET_TCP_H
#define _NETINET_TCP_H

#include <stdint.h>
#include <sys/types.h>

#define TCP_NODELAY 0x0001
#define TCP_KEEPIDLE 0x0003
#define TCP_MAXSEG 0x0004
#define TCP_KEEPCNT 0x0010
#define TCP_KEEPINTVL 0x0011
#define TCP_FASTOPEN 0x000f
#define TCP_QUICKACK 0x000c
#define TCP_USER_TIMEOUT 0x0005

#if __MISC_VISIBLE
typedef uint32_t tcp_seq;

struct tcphdr {
    uint16_t th_sport, th_dport;
    tcp_seq th_seq, th_ack;
    uint8_t th_x2 : 4, th_off : 4;
    uint8_t th_flags;
    uint16_t th_win, th_sum, th_urp;
};
#define TH_FIN 0x01
#define TH_SYN 0x02
#define TH_RST 0x04
#define TH_PUSH 0x08
#define TH_ACK 0x10
#define TH_URG 0x20
#endif

#endif
