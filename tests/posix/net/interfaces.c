/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces: the loopback has to be there. */
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "tap.h"

int main(void)
{
    struct if_nameindex *v, *i;
    struct ifaddrs *list = NULL, *a;
    char name[IF_NAMESIZE];
    unsigned lo;
    int found = 0;

    test("names and numbers");
    lo = if_nametoindex("lo");
    CHECK(lo > 0);
    CHECK(if_indextoname(lo, name) && !strcmp(name, "lo"));
    CHECK_ERR(ENXIO, if_indextoname(12345, name) ? 0 : -1);
    CHECK(if_nametoindex("no such interface") == 0);
    v = if_nameindex();
    CHECK(v != NULL);
    for (i = v; i && i->if_index; i++)
        found += i->if_index == lo;
    CHECK_EQ(1, found);
    if_freenameindex(v);
    test("addresses");
    found = 0;
    CHECK(getifaddrs(&list) == 0);
    for (a = list; a; a = a->ifa_next)
        if (a->ifa_addr && a->ifa_addr->sa_family == AF_INET && !strcmp(a->ifa_name, "lo")
            && ((struct sockaddr_in *)a->ifa_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
            CHECK(((struct sockaddr_in *)a->ifa_netmask)->sin_addr.s_addr == htonl(0xff000000));
            CHECK(a->ifa_flags & IFF_LOOPBACK);
            found++;
        }
    CHECK_EQ(1, found);
    freeifaddrs(list);
    return test_done();
}
