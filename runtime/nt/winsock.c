/* SPDX-License-Identifier: BSD-2-Clause */
/* Winsock, loaded when the first call comes: a program without sockets never sees it. Its headers fight
 * with POSIX's, so the few functions that we use are declared here. */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "lock.h"
#include "mm.h"
#include "nt_winsock.h"
#include "ntapi.h"

#define BUFFERS 16 /* of an iovec, before memory is asked for */
#define FIONBIO_ 0x8004667eu
#define FIONREAD_ 0x4004667fu
#define SIOCATMARK_ 0x40047307u
#define WSA_FLAG_OVERLAPPED 0x01u
#define WSA_FLAG_NO_HANDLE_INHERIT 0x80u
#define MSG_WINSOCK 0x7u /* MSG_OOB, MSG_PEEK, MSG_DONTROUTE */
#define MSG_PARTIAL_ 0x8000u
#define OUR_MSG_TRUNC 0x100u

struct wsabuf {
    uint32_t len;
    char *buf;
};

_Static_assert(offsetof(struct ws_op, event) == 24, "OVERLAPPED");
_Static_assert(sizeof(struct ws_addrinfo) == 48, "ADDRINFOW");

typedef uintptr_t sock_t;
#define NO_SOCKET ((sock_t)-1)

#define FUNCTIONS(F) \
    F(int, WSAStartup, (uint16_t, void *)) \
    F(int, WSAGetLastError, (void)) \
    F(sock_t, WSASocketW, (int, int, int, void *, unsigned, uint32_t)) \
    F(int, closesocket, (sock_t)) \
    F(int, WSADuplicateSocketW, (sock_t, uint32_t, void *)) \
    F(int, bind, (sock_t, const void *, int)) \
    F(int, listen, (sock_t, int)) \
    F(sock_t, accept, (sock_t, void *, int *)) \
    F(int, connect, (sock_t, const void *, int)) \
    F(int, shutdown, (sock_t, int)) \
    F(int, getsockname, (sock_t, void *, int *)) \
    F(int, getpeername, (sock_t, void *, int *)) \
    F(int, getsockopt, (sock_t, int, int, void *, int *)) \
    F(int, setsockopt, (sock_t, int, int, const void *, int)) \
    F(int, ioctlsocket, (sock_t, int32_t, uint32_t *)) \
    F(int, WSARecv, (sock_t, struct wsabuf *, uint32_t, uint32_t *, uint32_t *, void *, void *)) \
    F(int, WSARecvFrom, (sock_t, struct wsabuf *, uint32_t, uint32_t *, uint32_t *, void *, int *, void *, \
                         void *)) \
    F(int, WSASend, (sock_t, struct wsabuf *, uint32_t, uint32_t *, uint32_t, void *, void *)) \
    F(int, WSASendTo, (sock_t, struct wsabuf *, uint32_t, uint32_t *, uint32_t, const void *, int, void *, \
                       void *)) \
    F(int, WSAGetOverlappedResult, (sock_t, void *, uint32_t *, int, uint32_t *)) \
    F(int, GetAddrInfoW, (const uint16_t *, const uint16_t *, const void *, void *)) \
    F(void, FreeAddrInfoW, (void *)) \
    F(int, GetNameInfoW, (const void *, int, uint16_t *, uint32_t, uint16_t *, uint32_t, int))

static NOCOPY struct {
    bool ready;
#define F(type, name, args) type(*name) args;
    FUNCTIONS(F)
#undef F
} ws;
static NOCOPY struct lock load_lock;

static const struct {
    uint16_t code, error;
} map[] = {
    { 10004, EINTR }, { 10009, EBADF }, { 10013, EACCES }, { 10014, EFAULT }, { 10022, EINVAL },
    { 10024, EMFILE }, { 10035, EAGAIN }, { 10036, EINPROGRESS }, { 10037, EALREADY },
    { 10038, ENOTSOCK }, { 10039, EDESTADDRREQ }, { 10040, EMSGSIZE }, { 10041, EPROTOTYPE },
    { 10042, ENOPROTOOPT }, { 10043, EPROTONOSUPPORT }, { 10044, WS_ESOCKTNOSUPPORT },
    { 10045, EOPNOTSUPP }, { 10046, EPFNOSUPPORT }, { 10047, EAFNOSUPPORT }, { 10048, EADDRINUSE },
    { 10049, EADDRNOTAVAIL }, { 10050, ENETDOWN }, { 10051, ENETUNREACH }, { 10052, ENETRESET },
    { 10053, ECONNABORTED }, { 10054, ECONNRESET }, { 10055, ENOBUFS }, { 10056, EISCONN },
    { 10057, ENOTCONN }, { 10058, EPIPE /* after shutdown() */ }, { 10059, ETOOMANYREFS },
    { 10060, ETIMEDOUT }, { 10061, ECONNREFUSED }, { 10062, ELOOP }, { 10063, ENAMETOOLONG },
    { 10064, EHOSTDOWN }, { 10065, EHOSTUNREACH }, { 10066, ENOTEMPTY }, { 10067, EAGAIN },
    { 10069, EDQUOT }, { 10070, ESTALE },     { 10091, ENETDOWN }, { 10092, EOPNOTSUPP }, { 10093, ENETDOWN },
};

/** Negative errno for a Winsock error. What the table lacks is an error of Win32. */
int ws_err(int error)
{
    for (size_t i = 0; i < ARRAY_SIZE(map); i++)
        if (map[i].code == error)
            return -map[i].error;
    return error == ERROR_IO_PENDING ? -EINPROGRESS : win_err((uint32_t)error);
}

static int failed(void)
{
    return ws_err(ws.WSAGetLastError());
}

static int load(void)
{
    HMODULE dll = LoadLibraryExW(L"ws2_32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    uint64_t data[64]; /* WSADATA: 408 bytes, nothing in it that matters since version 2 */

    if (!dll)
        dll = LoadLibraryW(L"ws2_32.dll");
    if (!dll)
        return win_err(GetLastError());
#define F(type, name, args) \
    if (!(ws.name = (void *)GetProcAddress(dll, #name))) \
        return -ENOSYS;
    FUNCTIONS(F)
#undef F
    if (ws.WSAStartup(0x0202, data) != 0)
        return -ENETDOWN;
    __atomic_store_n(&ws.ready, true, __ATOMIC_RELEASE);
    return 1;
}

int ws_load(void)
{
    int r = 0;

    if (__atomic_load_n(&ws.ready, __ATOMIC_ACQUIRE))
        return 0;
    lock_take(&load_lock);
    if (!ws.ready)
        r = load();
    lock_release(&load_lock);
    return r;
}

bool ws_loaded(void)
{
    return ws.ready;
}

int ws_socket(int family, int type, int protocol, handle_t *out)
{
    uint32_t on = 1;
    sock_t s = ws.WSASocketW(family, type, protocol, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);

    if (s == NO_SOCKET)
        return failed();
    ws.ioctlsocket(s, (int32_t)FIONBIO_, &on);
    *out = (handle_t)s;
    return 0;
}

/* Wine sends only on sockets that this process has made: a duplicate by Winsock counts as such. */
int ws_import(handle_t *s, bool inherit)
{
    uint8_t info[640]; /* WSAPROTOCOL_INFOW: 628 bytes */
    sock_t got;

    if (!nt_is_wine())
        return 0;
    if (ws.WSADuplicateSocketW((sock_t)*s, nt_winpid(), info))
        return failed();
    got = ws.WSASocketW(-1, -1, -1, info, 0, WSA_FLAG_OVERLAPPED);
    if (got == NO_SOCKET)
        return failed();
    nt_set_inherit((handle_t)got, inherit);
    nt_close(*s);
    *s = (handle_t)got;
    return 0;
}

void ws_close(handle_t s)
{
    ws.closesocket((sock_t)s);
}

int ws_bind(handle_t s, const void *addr, int len)
{
    return ws.bind((sock_t)s, addr, len) ? failed() : 0;
}

int ws_listen(handle_t s, int backlog)
{
    return ws.listen((sock_t)s, backlog) ? failed() : 0;
}

int ws_accept(handle_t s, void *addr, int *len, handle_t *out)
{
    uint32_t on = 1;
    sock_t got = ws.accept((sock_t)s, addr, len);

    if (got == NO_SOCKET)
        return failed();
    ws.ioctlsocket(got, (int32_t)FIONBIO_, &on);
    *out = (handle_t)got;
    return 0;
}

int ws_connect(handle_t s, const void *addr, int len)
{
    int r = ws.connect((sock_t)s, addr, len) ? failed() : 0;

    return r == -EAGAIN ? -EINPROGRESS : r;
}

int ws_shutdown(handle_t s, int how)
{
    return ws.shutdown((sock_t)s, how) ? failed() : 0;
}

int ws_getsockname(handle_t s, void *addr, int *len)
{
    return ws.getsockname((sock_t)s, addr, len) ? failed() : 0;
}

int ws_getpeername(handle_t s, void *addr, int *len)
{
    return ws.getpeername((sock_t)s, addr, len) ? failed() : 0;
}

int ws_getsockopt(handle_t s, int level, int option, void *value, int *len)
{
    return ws.getsockopt((sock_t)s, level, option, value, len) ? failed() : 0;
}

int ws_setsockopt(handle_t s, int level, int option, const void *value, int len)
{
    return ws.setsockopt((sock_t)s, level, option, value, len) ? failed() : 0;
}

int ws_available(handle_t s, uint32_t *bytes)
{
    return ws.ioctlsocket((sock_t)s, (int32_t)FIONREAD_, bytes) ? failed() : 0;
}

int ws_atmark(handle_t s, uint32_t *yes)
{
    return ws.ioctlsocket((sock_t)s, (int32_t)SIOCATMARK_, yes) ? failed() : 0;
}

/* ---- buffers ---- */

/* Winsock's form of an iovec, in `mem` or on the heap. */
static struct wsabuf *buffers(struct wsabuf *mem, const struct iovec *iov, int n, size_t *sum)
{
    struct wsabuf *b = n <= BUFFERS ? mem : rt_alloc((size_t)n * sizeof(*b));

    *sum = 0;
    for (int i = 0; b && i < n; i++) {
        size_t len = iov[i].iov_len, left = 0x7ffff000 - *sum;

        b[i].len = (uint32_t)(len < left ? len : left);
        b[i].buf = iov[i].iov_base;
        *sum += b[i].len;
    }
    return b;
}

static int64_t recv_done(int64_t r, uint32_t count, size_t sum, uint32_t got, uint32_t *flags)
{
    *flags = got & 1; /* MSG_OOB */
    if (r == -EMSGSIZE || (r == 0 && (got & MSG_PARTIAL_))) {
        *flags |= OUR_MSG_TRUNC;
        return count ? count : (int64_t)sum;
    }
    return r < 0 ? r : count;
}

int64_t ws_recv(handle_t s, struct ws_op *op, const struct iovec *iov, int n, uint32_t *flags, void *from,
                int *fromlen)
{
    struct wsabuf mem[BUFFERS], *b;
    uint32_t count = 0, f = *flags & MSG_WINSOCK, *in = &f;
    size_t sum;
    int64_t r;

    if (!(b = buffers(mem, iov, n, &sum)))
        return -ENOMEM;
    if (op) {
        op->status = op->count = op->offset = 0;
        op->flags = f;
        in = &op->flags;
    }
    if (from)
        r = ws.WSARecvFrom((sock_t)s, b, (uint32_t)n, &count, in, from, fromlen, op, NULL);
    else
        r = ws.WSARecv((sock_t)s, b, (uint32_t)n, &count, in, op, NULL);
    if (r)
        r = failed();
    if (b != mem)
        rt_free(b);
    return r == -EINPROGRESS ? r : recv_done(r, count, sum, *in, flags);
}

int64_t ws_recv_result(handle_t s, struct ws_op *op, uint32_t *flags)
{
    uint32_t count = 0, got = 0;
    int r = ws.WSAGetOverlappedResult((sock_t)s, op, &count, FALSE, &got) ? 0 : failed();

    if (r == -ECANCELED || r == win_err(ERROR_OPERATION_ABORTED))
        return -EINTR;
    return recv_done(r, count ? count : (uint32_t)op->count, 0, got, flags);
}

int64_t ws_send(handle_t s, struct ws_op *op, const struct iovec *iov, int n, uint32_t flags, const void *to,
                int tolen)
{
    struct wsabuf mem[BUFFERS], *b;
    uint32_t count = 0;
    size_t sum;
    int64_t r;

    if (!(b = buffers(mem, iov, n, &sum)))
        return -ENOMEM;
    flags &= MSG_WINSOCK & ~2u;
    if (op)
        op->status = op->count = op->offset = 0;
    if (to)
        r = ws.WSASendTo((sock_t)s, b, (uint32_t)n, &count, flags, to, tolen, op, NULL);
    else
        r = ws.WSASend((sock_t)s, b, (uint32_t)n, &count, flags, op, NULL);
    if (r)
        r = failed();
    if (b != mem)
        rt_free(b);
    return r < 0 ? r : count;
}

int64_t ws_send_result(handle_t s, struct ws_op *op)
{
    uint32_t count = 0, flags = 0;
    int r = ws.WSAGetOverlappedResult((sock_t)s, op, &count, FALSE, &flags) ? 0 : failed();

    if (r == -ECANCELED || r == win_err(ERROR_OPERATION_ABORTED))
        return op->count ? (int64_t)op->count : -EINTR;
    return r < 0 ? r : count;
}

void ws_cancel(handle_t s, struct ws_op *op)
{
    CancelIoEx(s, (OVERLAPPED *)op);
}

/* ---- handles sent along ---- */

int nt_take(handle_t from, handle_t h, handle_t *out)
{
    NTSTATUS st = NtDuplicateObject(from, h, NT_SELF, out, 0, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE);

    return NT_OK(st) ? 0 : nt_fail(st);
}

/* ---- names ---- */

int ws_getaddrinfo(const uint16_t *node, const uint16_t *service, const struct ws_addrinfo *hints,
                   struct ws_addrinfo **list)
{
    return ws.GetAddrInfoW(node, service, hints, list);
}

void ws_freeaddrinfo(struct ws_addrinfo *list)
{
    ws.FreeAddrInfoW(list);
}

int ws_getnameinfo(const void *addr, int len, uint16_t *host, uint32_t hostlen, int flags)
{
    return ws.GetNameInfoW(addr, len, host, hostlen, NULL, 0, flags);
}
