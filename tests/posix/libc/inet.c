/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet addresses as text. compare: stdout */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "tap.h"

static void both(const char *text)
{
    struct in6_addr a;
    char buf[INET6_ADDRSTRLEN];
    int r = inet_pton(AF_INET6, text, &a);

    printf("# %s: %d %s\n", text, r, r == 1 ? inet_ntop(AF_INET6, &a, buf, sizeof(buf)) : "");
}

int main(void)
{
    static const char *const v6[] = {
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "fe80::1:0:0:2", "1:0:0:2:0:0:0:3", "::ffff:1.2.3.4", "::1.2.3.4",
        "64:ff9b::1.2.3.4", "1:::2", ":1", "1:", "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3",
        "::1.2.3.4.5", "1::2::3", "", ":", "0:0:0:0:0:0:0:0", "1:2:3:4:5:6:7::", "A:b:C::d",
    };
    static const char *const v4[] = { "1.2.3.4", "127.1", "0x7f.1", "1.2.3", "256.1.1.1", "1.2.3.4 x", "", "010.1.1.1", "4294967295" };
    struct in_addr a;
    char buf[INET6_ADDRSTRLEN];

    test("IPv6 text and back");
    for (size_t i = 0; i < sizeof(v6) / sizeof(*v6); i++)
        both(v6[i]);
    test("IPv4, the loose way and the strict one");
    for (size_t i = 0; i < sizeof(v4) / sizeof(*v4); i++) {
        int r = inet_aton(v4[i], &a);

        printf("# %s: %d %s %d\n", v4[i], r, r ? inet_ntoa(a) : "", inet_pton(AF_INET, v4[i], &a));
    }
    test("byte order");
    CHECK(htonl(0x01020304) == 0x04030201 && htons(0x0102) == 0x0201);
    CHECK(ntohl(htonl(0xdeadbeef)) == 0xdeadbeef);
    test("a buffer that is too small");
    a.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(!inet_ntop(AF_INET, &a, buf, 5) && errno == ENOSPC);
    CHECK(!inet_ntop(77, &a, buf, sizeof(buf)) && errno == EAFNOSUPPORT);
    CHECK(inet_addr("1.2.3.4") == htonl(0x01020304) && inet_addr("x") == INADDR_NONE);
    return test_done();
}
