/* SPDX-License-Identifier: BSD-2-Clause */
/* A FIFO that is open somewhere: section "fifo.<device>.<inode>". It is there as long as anybody has it
 * open, and with it what was written and not read. All but `change` is only touched under `lock`. */
#ifndef ISTHMUS_ABI_FIFO_H
#define ISTHMUS_ABI_FIFO_H

#include "abi.h"

#define SHM_MAGIC_FIFO 0x4f464946u /* "FIFO" */
#define FIFO_SIZE 65536u /* bytes that it holds; a power of two */
#define FIFO_ENDS 1024u  /* processes that can have it open */

/* A process that has it open, so that its death is noticed. */
struct shm_fifo_end {
    uint32_t winpid;      /* 0: free */
    uint32_t readers, writers; /* its open file descriptions */
    uint32_t reserved;
    uint64_t created;     /* of the Windows process */
};
ABI_SIZE(struct shm_fifo_end, 24);

struct shm_fifo {
    struct shm_hdr hdr;
    uint64_t lock;
    uint64_t change;      /* counts in bits 16..63; waited for */
    uint64_t in, out;     /* bytes ever written and read */
    uint32_t r_opens, w_opens; /* how often it was opened for reading and writing */
    uint32_t high;        /* ends from here on never were in use */
    uint32_t reserved[15];
    struct shm_fifo_end end[FIFO_ENDS];
    uint8_t ring[FIFO_SIZE];
};
ABI_OFFSET(struct shm_fifo, end, 120);

#endif
