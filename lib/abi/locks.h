/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks on files and what open file descriptions share between processes: section "locks".
 *
 * Everybody of the installation may write here, so whoever reads checks every index, and the worst that a
 * hostile writer can do is to grant or refuse locks, which are advisory anyway. All but the words that
 * are waited for is changed under `lock`, whose holder may die: entries are complete in themselves, and
 * the lists over them can be made anew from them at any time (lib/lock). */
#ifndef ISTHMUS_ABI_LOCKS_H
#define ISTHMUS_ABI_LOCKS_H

#include "abi.h"

#define SHM_MAGIC_LOCKS 0x4b434f4cu /* "LOCK" */
#define LOCKS_MAX     8192u
#define LOCKS_BUCKETS 512u
#define LOCKS_WAITS   1024u
#define LOCKS_OFDS    16384u
#define LOCKS_APPEND  256u

enum shm_lock_kind {
    SHM_LOCK_FREE = 0,
    SHM_LOCK_POSIX = 1, /* fcntl(F_SETLK): of a process */
    SHM_LOCK_OFD = 2,   /* fcntl(F_OFD_SETLK): of an open file description */
    SHM_LOCK_FLOCK = 3, /* flock(): likewise, of the whole file */
};

enum shm_lock_type { SHM_LOCK_NONE = 0, SHM_LOCK_READ = 1, SHM_LOCK_WRITE = 2 };

struct shm_lock {
    uint32_t next;    /* in its bucket or among the free: index + 1, 0: last */
    uint16_t kind;    /* enum shm_lock_kind; stored last */
    uint16_t type;
    uint64_t dev, ino;
    int64_t start, last; /* first and last byte; INT64_MAX: however far */
    uint64_t owner;   /* pid, or shm_ofd_id() */
    uint64_t started; /* of the process: a pid is used again; 0 for descriptions */
    uint32_t winpid;  /* a Windows process that had it when somebody last looked */
    uint32_t reserved;
};
ABI_SIZE(struct shm_lock, 64);

/* A process that waits for a lock of another one: for finding deadlocks. */
struct shm_lockwait {
    uint64_t id;      /* 0: free; else never used twice */
    uint64_t pid;
    uint64_t started;
    uint64_t for_pid;
    uint64_t for_started;
    uint32_t bucket;  /* of the file: what is let go of there ends the wait */
    uint32_t reserved;
};
ABI_SIZE(struct shm_lockwait, 48);

#define SHM_OFD_HOLDERS 5u

/* An open file description that several processes may have. It lives as long as somebody has the event
 * "ofd.<id>" open, which is inherited with the descriptor. */
struct shm_ofd {
    uint32_t gen;     /* counts the uses of this place; odd: in use */
    uint32_t flags;   /* O_APPEND, O_NONBLOCK: those that fcntl() can change */
    uint32_t locked;  /* there are or were locks of it */
    uint32_t holder[SHM_OFD_HOLDERS]; /* some of the Windows processes that have it */
};
ABI_SIZE(struct shm_ofd, 32);

static inline uint64_t shm_ofd_id(uint32_t index, uint32_t gen)
{
    return (uint64_t)gen << 32 | index;
}

struct shm_locks {
    struct shm_hdr hdr;
    uint64_t lock;
    uint32_t free;    /* list of free entries that were used before */
    uint32_t high;    /* entries from here on never were */
    uint32_t next_ofd;
    uint32_t waits;   /* counts them */
    uint32_t reserved[6];
    uint32_t bucket[LOCKS_BUCKETS];
    uint64_t change[LOCKS_BUCKETS]; /* counts what was let go of, in bits 16..63: waited for */
    uint64_t append[LOCKS_APPEND];  /* locks of writers with O_APPEND, by file */
    struct shm_lockwait wait[LOCKS_WAITS];
    struct shm_lock entry[LOCKS_MAX];
    struct shm_ofd ofd[LOCKS_OFDS];
};
ABI_OFFSET(struct shm_locks, bucket, 64);

#endif
