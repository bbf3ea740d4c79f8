/* SPDX-License-Identifier: BSD-2-Clause */
/* A plain Windows program that speaks a little HTTP: win-http serve (prints its port, answers one request with
 * what was asked for), win-http get PORT PATH (prints the answer). Winsock by hand: nothing of Isthmus. */
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(F) F(WSAStartup) F(socket) F(bind) F(listen) F(getsockname) F(accept) F(connect) F(recv) F(send) \
    F(shutdown) F(closesocket) F(htons) F(htonl) F(ntohs)

static struct {
#define F(name) __typeof__(&name) name;
    FUNCTIONS(F)
#undef F
} ws;

static SOCKET sock(struct sockaddr_in *a, unsigned port)
{
    *a = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = ws.htons((u_short)port) };
    a->sin_addr.s_addr = ws.htonl(INADDR_LOOPBACK);
    return ws.socket(AF_INET, SOCK_STREAM, 0);
}

static int serve(void)
{
    static char request[65536], reply[66000];
    struct sockaddr_in a;
    SOCKET l = sock(&a, 0), s;
    int n = 0, r, len = sizeof(a);

    if (ws.bind(l, (struct sockaddr *)&a, sizeof(a)) || ws.listen(l, 1) || ws.getsockname(l, (struct sockaddr *)&a, &len))
        return 1;
    printf("%u\n", ws.ntohs(a.sin_port));
    fflush(stdout);
    if ((s = ws.accept(l, NULL, NULL)) == INVALID_SOCKET)
        return 2;
    while (!strstr(request, "\r\n\r\n") && (r = ws.recv(s, request + n, (int)sizeof(request) - 1 - n, 0)) > 0)
        request[n += r] = 0;
    request[strcspn(request, "\r")] = 0;
    n = sprintf(reply, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nasked: %s\n", request);
    ws.send(s, reply, n, 0);
    ws.shutdown(s, SD_BOTH);
    return ws.closesocket(s) != 0;
}

static int get(const char *port, const char *path)
{
    char buf[4096];
    struct sockaddr_in a;
    SOCKET s = sock(&a, (unsigned)atoi(port));
    int n;

    if (ws.connect(s, (struct sockaddr *)&a, sizeof(a)))
        return 1;
    n = sprintf(buf, "GET %.2000s HTTP/1.0\r\nHost: localhost\r\n\r\n", path);
    if (ws.send(s, buf, n, 0) != n)
        return 2;
    while ((n = ws.recv(s, buf, sizeof(buf), 0)) > 0)
        fwrite(buf, 1, (size_t)n, stdout);
    return n < 0;
}

int main(int argc, char **argv)
{
    HMODULE dll = LoadLibraryA("ws2_32.dll"); /* tests are linked without it */
    WSADATA data;

#define F(name) ws.name = (void *)GetProcAddress(dll, #name);
    FUNCTIONS(F)
#undef F
    if (ws.WSAStartup(0x202, &data))
        return 3;
    if (argc > 1 && !strcmp(argv[1], "serve"))
        return serve();
    return argc > 3 && !strcmp(argv[1], "get") ? get(argv[2], argv[3]) : 4;
}
