/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rest of the runtime may ask of Winsock, which is loaded at the first of these calls, and of
 * the driver behind it (AFD). Results are 0, a count or negative errno. Addresses, option numbers and
 * names are Winsock's, which are those of our headers. All sockets are overlapped and, for Winsock,
 * non-blocking: what has to wait does so in the wait core. */
#ifndef NT_WINSOCK_H
#define NT_WINSOCK_H

#include "base.h"

struct iovec;

/* newlib has it, and hides it */
#define WS_ESOCKTNOSUPPORT 124

/* Loads Winsock. 1: just now, 0: it was there, or negative errno. */
int ws_load(void);
bool ws_loaded(void);
int ws_err(int error);                  /* WSAE* -> negative errno */

int ws_socket(int family, int type, int protocol, handle_t *out); /* not inheritable */
/* Before the first use of one that another process has made. */
int ws_import(handle_t *s, bool inherit);
void ws_close(handle_t s);               /* one that this process has made or imported */
int ws_bind(handle_t s, const void *addr, int len);
int ws_listen(handle_t s, int backlog);
int ws_accept(handle_t s, void *addr, int *len, handle_t *out);   /* inheritable as Winsock makes it */
int ws_connect(handle_t s, const void *addr, int len);            /* -EINPROGRESS: has begun */
int ws_shutdown(handle_t s, int how);
int ws_getsockname(handle_t s, void *addr, int *len);
int ws_getpeername(handle_t s, void *addr, int *len);
int ws_getsockopt(handle_t s, int level, int option, void *value, int *len);
int ws_setsockopt(handle_t s, int level, int option, const void *value, int len);
int ws_available(handle_t s, uint32_t *bytes);                    /* FIONREAD */
int ws_atmark(handle_t s, uint32_t *yes);

/* An operation under way; must stay where it is until it has ended. */
struct ws_op {
    uint64_t status, count, offset;     /* with event: OVERLAPPED */
    handle_t event;
    uint32_t flags;                     /* of the message, at the end of a receive */
};

/* MSG_OOB, MSG_PEEK, MSG_DONTROUTE of *flags go to Winsock; at the end: MSG_TRUNC where something was
 * cut off, or MSG_OOB. op NULL: at once or -EAGAIN. With op -EINPROGRESS: op->event will tell.
 * `from`, `fromlen` may be NULL; they and the buffers stay until the end. */
int64_t ws_recv(handle_t s, struct ws_op *op, const struct iovec *iov, int n, uint32_t *flags, void *from,
                int *fromlen);
int64_t ws_recv_result(handle_t s, struct ws_op *op, uint32_t *flags);
int64_t ws_send(handle_t s, struct ws_op *op, const struct iovec *iov, int n, uint32_t flags, const void *to,
                int tolen);
/* After a cancellation: what had gone by then, or -EINTR. */
int64_t ws_send_result(handle_t s, struct ws_op *op);
void ws_cancel(handle_t s, struct ws_op *op);

/* ---- handles sent along ---- */
/* Ours is now what was process `from`'s handle `h`. */
int nt_take(handle_t from, handle_t h, handle_t *out);

/* ---- names ---- */
struct ws_addrinfo { /* ADDRINFOW */
    int flags, family, type, protocol;
    size_t len;
    uint16_t *canon;
    void *addr;
    struct ws_addrinfo *next;
};
int ws_getaddrinfo(const uint16_t *node, const uint16_t *service, const struct ws_addrinfo *hints,
                   struct ws_addrinfo **list); /* 0 or WSAE*, WSAHOST_NOT_FOUND... as they are */
void ws_freeaddrinfo(struct ws_addrinfo *list);
int ws_getnameinfo(const void *addr, int len, uint16_t *host, uint32_t hostlen, int flags);

/* ---- AFD (nt/afd.c) ---- */
enum {
    AFD_RECEIVE = 0x1, AFD_OOB = 0x2, AFD_SEND = 0x4, AFD_FIN = 0x8, AFD_ABORT = 0x10,
    AFD_CLOSED = 0x20, AFD_CONNECT = 0x40, AFD_ACCEPT = 0x80, AFD_CONNECT_FAIL = 0x100,
};
struct afd_entry {
    handle_t socket;
    uint32_t events;
    int32_t status;
};
struct afd_poll { /* what the driver takes and gives */
    int64_t timeout;                    /* 100 ns, negative: relative; 0: look only */
    uint32_t count;
    uint32_t exclusive;
    struct afd_entry v[];
};
#define AFD_FOREVER INT64_MAX
struct nt_io;
/* 0: p has what came (p->count may be 0); -EINPROGRESS: io->event will tell. */
int nt_afd_poll(struct nt_io *io, struct afd_poll *p);
int nt_afd_result(const struct nt_io *io); /* as before */

#endif
