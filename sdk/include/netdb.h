/* SPDX-License-Identifier: BSD-2-Clause */
/* <netdb.h>: names of hosts, services and protocols. */
#ifndef _NETDB_H
#define _NETDB_H

#include <netinet/in.h>
#include <sys/socket.h>

struct hostent {
    char *h_name;
    char **h_aliases;
    short h_addrtype;
    short h_length;
    char **h_addr_list;
};
#define h_addr h_addr_list[0]

struct netent {
    char *n_name;
    char **n_aliases;
    short n_addrtype;
    uint32_t n_net;
};

struct servent {
    char *s_name;
    char **s_aliases;
    short s_port;
    char *s_proto;
};

struct protoent {
    char *p_name;
    char **p_aliases;
    short p_proto;
};

struct addrinfo {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    socklen_t ai_addrlen;
    char *ai_canonname;
    struct sockaddr *ai_addr;
    struct addrinfo *ai_next;
};

#define HOST_NOT_FOUND 1
#define TRY_AGAIN 2
#define NO_RECOVERY 3
#define NO_DATA 4
#define NO_ADDRESS NO_DATA
#define NETDB_INTERNAL (-1)
#define NETDB_SUCCESS 0

#define AI_PASSIVE 0x1
#define AI_CANONNAME 0x2
#define AI_NUMERICHOST 0x4
#define AI_NUMERICSERV 0x8
#define AI_ALL 0x100
#define AI_ADDRCONFIG 0x400
#define AI_V4MAPPED 0x800
#define AI_IDN 0x4000

#define NI_NOFQDN 0x1
#define NI_NUMERICHOST 0x2
#define NI_NAMEREQD 0x4
#define NI_NUMERICSERV 0x8
#define NI_DGRAM 0x10
#define NI_MAXHOST 1025
#define NI_MAXSERV 32

#define EAI_ADDRFAMILY 1
#define EAI_AGAIN 2
#define EAI_BADFLAGS 3
#define EAI_FAIL 4
#define EAI_FAMILY 5
#define EAI_MEMORY 6
#define EAI_NODATA 7
#define EAI_NONAME 8
#define EAI_SERVICE 9
#define EAI_SOCKTYPE 10
#define EAI_SYSTEM 11
#define EAI_BADHINTS 12
#define EAI_PROTOCOL 13
#define EAI_OVERFLOW 14

#define _PATH_HEQUIV "/etc/hosts.equiv"
#define _PATH_HOSTS "/etc/hosts"
#define _PATH_NETWORKS "/etc/networks"
#define _PATH_PROTOCOLS "/etc/protocols"
#define _PATH_SERVICES "/etc/services"

#ifdef __cplusplus
extern "C" {
#endif

int *__h_errno(void);
#define h_errno (*__h_errno())

void endhostent(void);
void endnetent(void);
void endprotoent(void);
void endservent(void);
void freeaddrinfo(struct addrinfo *list);
const char *gai_strerror(int code);
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list);
int getnameinfo(const struct sockaddr *addr, socklen_t len, char *host, socklen_t hostlen, char *service,
                socklen_t servicelen, int flags);
struct hostent *gethostbyaddr(const void *addr, socklen_t len, int family);
struct hostent *gethostbyname(const char *name);
struct hostent *gethostbyname2(const char *name, int family);
int gethostbyname_r(const char *name, struct hostent *entry, char *buf, size_t size, struct hostent **result,
                    int *error);
struct hostent *gethostent(void);
struct netent *getnetbyaddr(uint32_t net, int family);
struct netent *getnetbyname(const char *name);
struct netent *getnetent(void);
struct protoent *getprotobyname(const char *name);
struct protoent *getprotobynumber(int number);
struct protoent *getprotoent(void);
struct servent *getservbyname(const char *name, const char *protocol);
struct servent *getservbyport(int port, const char *protocol);
struct servent *getservent(void);
void herror(const char *message);
const char *hstrerror(int code);
void sethostent(int stay_open);
void setnetent(int stay_open);
void setprotoent(int stay_open);
void setservent(int stay_open);

#ifdef __cplusplus
}
#endif

#endif
