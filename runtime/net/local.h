/* SPDX-License-Identifier: BSD-2-Clause */
/* AF_UNIX: loopback TCP and UDP underneath. Who may read the socket's file (or open the object of an
 * abstract name) learns port and secret; connections begin with a greeting that has the secret in it, so
 * nobody else gets one. What TCP cannot carry is in a section that both ends share: who they are, and
 * what is sent along with the data.
 *
 *   local.c       names, binding, life
 *   local_link.c  connecting, greeting, pairs
 *   local_msg.c   sending and receiving
 *   local_scm.c   descriptors sent along */
#ifndef NET_LOCAL_H
#define NET_LOCAL_H

#include <sys/un.h>

#include "sock.h"

/* Begins the file of a socket, which has the attribute SYSTEM. */
#define LOCAL_COOKIE "!<socket>1 "
#define LOCAL_FILE_MAX 200

#define LOCAL_BOUND_MAGIC 0x31426e55u
#define LOCAL_ENDS_MAGIC  0x31456e55u
#define LOCAL_QUEUE 30000u

/* Where a socket is bound: in its file as text, in a section for its own process and abstract names. */
struct local_bound {
    uint32_t magic;
    uint32_t port;
    uint32_t type;
    int32_t pid;
    uint32_t uid, gid;
    uint32_t namelen;
    uint8_t secret[16];
    struct sockaddr_un name;
};

struct local_side {
    int32_t pid;            /* credentials at connect() or listen() */
    uint32_t uid, gid;
    uint32_t winpid;        /* who has last used this end: handles for it go there */
    uint32_t shut;          /* has called shutdown(SHUT_WR) */
    uint32_t namelen;
    struct sockaddr_un name;
    uint64_t sent;          /* bytes, from this end */
    uint64_t taken;         /* of them, at the other end */
    uint32_t used;          /* bytes of queue */
    uint32_t records;       /* in the queue, for a look without the lock */
    char queue[LOCAL_QUEUE]; /* struct scm_record, from this end */
};

struct local_ends {
    uint32_t magic;
    uint32_t lock;          /* Windows pid of the holder */
    struct local_side side[2];
};

/* Of one description; in the runtime heap. A view of handle[1]: bound or ends or neither. */
struct local {
    struct local_ends *ends;
    struct local_bound *bound;
    uint32_t side;          /* which end we are: 0 has connected, 1 accepted */
    bool framed;            /* each message has its length before it */
    socklen_t namelen, peerlen;
    struct sockaddr_un name, peer;
    uint8_t peer_secret[16]; /* of a connected datagram socket's peer */
    uint32_t peer_port;
};

/* First on a connection, and before each datagram. */
struct local_greeting {
    uint32_t magic;
    int32_t pid;
    uint32_t uid, gid;
    uint64_t id;            /* of the section */
    uint8_t secret[16];
    uint64_t handle;        /* of the section in Windows process `holder`: it may be all that is left of who connects */
    uint32_t holder;        /* 0: none */
    uint32_t namelen;
    struct sockaddr_un name;
};
#define LOCAL_GREETING_MAGIC 0x32476e55u

/* ---- local.c ---- */
int local_new(struct sock *s);
void local_close(struct file *f);
int local_adopt(struct file *f);
bool local_peer_shut(const struct local *l);    /* the other end has called shutdown(SHUT_WR) */
void local_shutdown(struct local *l, int how);
int local_bind(struct file *f, const struct sockaddr_un *addr, socklen_t len);
/* Who listens at an address: -ENOENT, -ECONNREFUSED... */
int local_find(const struct sockaddr_un *addr, socklen_t len, struct local_bound *b);
int local_loopback(union sock_addr *a, uint32_t port); /* its length */

/* ---- local_link.c ---- */
int local_connect(struct file *f, const struct sockaddr_un *addr, socklen_t len, bool again);
int local_accepted(struct file *listener, struct file *f);
int local_pair(int type, int flags, struct file *ends[2]);
int local_peercred(struct file *f, struct ucred *cred);

/* ---- local_msg.c ---- */
int64_t local_recvmsg(struct file *f, struct sock_msg *m, bool block);
int64_t local_sendmsg(struct file *f, struct sock_msg *m, bool block);

/* ---- local_scm.c ---- */
struct scm_record {
    uint32_t len;           /* of all, a multiple of 8 */
    uint32_t nfds;
    uint64_t at;            /* belongs to the byte of this number */
    uint32_t holder;        /* Windows pid of the process that has the handles */
    int32_t pid;            /* credentials; 0: none */
    uint32_t uid, gid;
    /* struct startup_fd[nfds], each followed by its name, of which startup_fd.name is the length */
};
/* Makes a record of a message's control data: 0, -EINVAL, -EBADF..., 1: there is nothing to send. */
int scm_pack(struct local *l, const struct sock_msg *m, struct scm_record **out);
int scm_put(struct local *l, struct scm_record *r);
void scm_unput(struct local *l, struct scm_record *r);  /* the last one put was not sent */
/* Number of the byte to which the next record for us belongs; UINT64_MAX: none. */
uint64_t scm_next(struct local *l, uint64_t after);
struct scm_record *scm_get(struct local *l, uint64_t below);
/* Puts what came into the caller's buffer; consumes rec, which may be NULL. */
void scm_unpack(struct file *f, struct scm_record *rec, struct sock_msg *m, const struct ucred *from);
void scm_drop(struct scm_record *rec);

#endif
