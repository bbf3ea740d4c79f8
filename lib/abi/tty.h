/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal: section "tty.<n>". Shared by the processes that have it as controlling terminal. */
#ifndef ISTHMUS_ABI_TTY_H
#define ISTHMUS_ABI_TTY_H

#include "abi.h"

#define SHM_MAGIC_TTY 0x20595454u /* "TTY " */
#define SHM_TTY_QUEUE 4096u

/* An element of the input queue: a byte, perhaps with a mark. */
#define SHM_TTY_EOL 0x100u /* the line ends behind this byte */
#define SHM_TTY_EOF 0x200u /* no byte: a line ends here, by VEOF */

struct shm_termios {
    uint32_t iflag, oflag, cflag, lflag;
    uint32_t ispeed, ospeed;
    uint8_t cc[32];
};
ABI_SIZE(struct shm_termios, 56);

struct shm_tty {
    struct shm_hdr hdr;
    int32_t pgrp;       /* foreground group */
    int32_t sid;
    uint16_t rows, columns;
    uint32_t reader;    /* Windows process that waits for keys, 0: none */
    struct shm_termios termios;
    uint8_t reserved[32];
    uint32_t queued;    /* elements in queue */
    uint32_t edited;    /* the last of them: the line being edited, cannot be read yet */
    uint16_t queue[SHM_TTY_QUEUE];
};
ABI_OFFSET(struct shm_tty, termios, 32);
ABI_OFFSET(struct shm_tty, queue, 128);

#endif
