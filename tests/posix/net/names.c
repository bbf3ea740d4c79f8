/* SPDX-License-Identifier: BSD-2-Clause */
/* getaddrinfo and its relatives, without asking any network. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tap.h"

static void numbers(void)
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM }, *list = NULL;
    char host[100], service[32];

    test("numbers");
    CHECK_EQ(0, getaddrinfo("127.0.0.1", "80", &hints, &list));
    CHECK(list && list->ai_family == AF_INET && !list->ai_next);
    CHECK(ntohs(((struct sockaddr_in *)list->ai_addr)->sin_port) == 80);
    CHECK_EQ(0, getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof(host), service, sizeof(service),
                            NI_NUMERICHOST | NI_NUMERICSERV));
    CHECK(!strcmp(host, "127.0.0.1") && !strcmp(service, "80"));
    CHECK_EQ(EAI_OVERFLOW, getnameinfo(list->ai_addr, list->ai_addrlen, host, 4, NULL, 0, NI_NUMERICHOST));
    freeaddrinfo(list);
    CHECK_EQ(0, getaddrinfo("::1", "80", &hints, &list));
    CHECK(list && list->ai_family == AF_INET6);
    freeaddrinfo(list);
    CHECK_EQ(EAI_NONAME, getaddrinfo("localhost", "80", &hints, &list));
    CHECK_EQ(EAI_NONAME, getaddrinfo(NULL, NULL, &hints, &list));
    hints.ai_family = 12345;
    CHECK_EQ(EAI_FAMILY, getaddrinfo("127.0.0.1", "80", &hints, &list));
}

static void passive(void)
{
    struct addrinfo hints = { .ai_flags = AI_PASSIVE, .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *list = NULL;

    test("no host");
    CHECK_EQ(0, getaddrinfo(NULL, "0", &hints, &list));
    CHECK(list && ((struct sockaddr_in *)list->ai_addr)->sin_addr.s_addr == htonl(INADDR_ANY));
    freeaddrinfo(list);
    hints.ai_flags = 0;
    CHECK_EQ(0, getaddrinfo(NULL, "0", &hints, &list));
    CHECK(list && ((struct sockaddr_in *)list->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    freeaddrinfo(list);
}

static void names(void)
{
    struct addrinfo hints = { .ai_family = AF_INET }, *list = NULL;
    struct servent *s;
    struct protoent *p;
    struct hostent *h;
    int n = 0;

    test("localhost: all sorts of sockets");
    CHECK_EQ(0, getaddrinfo("localhost", NULL, &hints, &list));
    for (struct addrinfo *a = list; a; a = a->ai_next)
        n++;
    CHECK_EQ(3, n);
    freeaddrinfo(list);
    h = gethostbyname("localhost");
    CHECK(h && h->h_length == 4 && !memcmp(h->h_addr_list[0], "\x7f\0\0\1", 4));
    h = gethostbyname("127.0.0.1");
    CHECK(h && !strcmp(h->h_name, "127.0.0.1"));
    test("services and protocols");
    if (access("/etc/services", R_OK) != 0 || access("/etc/protocols", R_OK) != 0) {
#ifndef __CYGWIN__
        test_skip("this Linux has no /etc/services (package netbase)");
        return;
#endif
    }
    s = getservbyname("http", "tcp");
    CHECK(s && ntohs((uint16_t)s->s_port) == 80);
    s = getservbyport(htons(443), "tcp");
    CHECK(s && !strcmp(s->s_name, "https"));
    CHECK(!getservbyname("no such service", NULL));
    p = getprotobyname("tcp");
    CHECK(p && p->p_proto == 6);
    p = getprotobynumber(17);
    CHECK(p && !strcmp(p->p_name, "udp"));
}

int main(void)
{
    numbers();
    passive();
    names();
    return test_done();
}
