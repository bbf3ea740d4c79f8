/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: the file kind and what the system calls share. */
#ifndef NET_SOCK_H
#define NET_SOCK_H

#include <sys/socket.h>

#include "file.h"
#include "nt_winsock.h"
#include "sys.h"

enum sock_state {
    SOCK_FRESH,         /* not connected, and never was */
    SOCK_CONNECTING,
    SOCK_CONNECTED,
    SOCK_LISTENING,
    SOCK_DEAD,          /* connecting failed, or the connection was reset */
};

enum sock_flag {
    SOCK_BOUND = 1,
    SOCK_REUSE = 2,         /* SO_REUSEADDR as the program set it */
    SOCK_OOBINLINE = 4,
    SOCK_PASSCRED_ON = 8,
    SOCK_EOF = 0x10,        /* the reset was reported: from here on it is an end */
};

enum { SOCK_SHUT_RD = 1, SOCK_SHUT_WR = 2 };

struct local; /* of AF_UNIX: local.h */

/* In file->data; handle[0] is the socket. priv[0] is the inode. */
struct sock {
    int family, type, protocol; /* as the program sees it */
    int state;                  /* enum sock_state */
    uint32_t flags;
    uint32_t shut;
    int error;                  /* for SO_ERROR, positive */
    uint64_t rcvtimeo, sndtimeo; /* 100 ns, 0: none */
    uint32_t winpid;            /* the process whose Winsock knows it */
    struct local *local;        /* AF_UNIX only */
};

union sock_addr {
    struct sockaddr sa;
    struct sockaddr_storage storage;
    char room[256];             /* Winsock wants some, and AF_UNIX has 110 bytes */
};

/* A message, for both directions. */
struct sock_msg {
    const struct iovec *iov;
    int niov;
    int flags;                  /* MSG_* asked for; after receiving: those that the caller gets */
    union sock_addr *name;      /* to whom; from whom, may be NULL */
    int namelen;
    void *control;              /* in, or room for what was sent along */
    size_t controllen;          /* becomes what was used */
};

/* Loads Winsock. */
int sock_load(void);
/* Makes the socket usable in this process: every call goes through here first. */
int sock_use(struct file *f);
/* The description of a socket, with a reference. -EBADF, -ENOTSOCK. */
int sock_get(int fd, struct file **f);
static inline struct sock *sock_of(const struct file *f)
{
    return f->data;
}
static inline bool sock_stream(const struct sock *s)
{
    return s->type == SOCK_STREAM || s->type == SOCK_SEQPACKET;
}

/* A description around a handle; handle and memory are released when it fails. flags: SOCK_NONBLOCK,
 * SOCK_CLOEXEC. */
struct file *sock_file(handle_t h, int family, int type, int protocol, int flags, bool inheritable);
int sock_make(int family, int type, int protocol, int flags, struct file **out);

int64_t sock_recvmsg(struct file *f, struct sock_msg *m);
int64_t sock_sendmsg(struct file *f, struct sock_msg *m);
/* Until the driver reports one of AFD_* `events`: those that came, -EINTR, -EAGAIN at the time-out. */
int sock_wait(struct file *f, uint32_t events, uint64_t timeo);
/* A receive of no bytes from a stream. It waits for one all the same, as on Linux. */
int64_t sock_recv_nothing(struct file *f, struct sock_msg *m, bool block);
/* Plain receiving and sending on the handle: no names of AF_UNIX, nothing sent along. */
int64_t sock_recv_raw(struct file *f, const struct iovec *iov, int n, uint32_t *flags, void *from,
                      int *fromlen, bool block);
int64_t sock_send_raw(struct file *f, const struct iovec *iov, int n, uint32_t flags, const void *to,
                      int tolen, bool block);
int sock_connect_raw(struct file *f, const void *addr, int len, bool again);
void sock_abort(struct sock *s, int error); /* the connection is lost */
int sock_so_error(struct file *f); /* fetches and clears; positive */
int sock_check_addr(const struct sock *s, const struct sockaddr *addr, socklen_t len);
/* Sum of the lengths, or -EINVAL, -EMSGSIZE. */
int64_t sock_iov_size(const struct iovec *iov, int n);

/* An address as text for events: "127.0.0.1:80", "/tmp/x". Returns buf. */
#define SOCK_TEXT 160
const char *sock_text(char *buf, const struct sockaddr *addr, socklen_t len);

int sock_getopt(struct file *f, int level, int option, void *value, socklen_t *len);
int sock_setopt(struct file *f, int level, int option, const void *value, socklen_t len);

#endif
