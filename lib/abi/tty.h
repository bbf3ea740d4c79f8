/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal: section "tty.<id>". Shared by the processes that have it open or as controlling terminal.
 *
 * Everything is changed under the mutex "tty.<id>.lock" but `holder`, which is changed by compare-and-swap.
 * The events "tty.<id>.in" and so on (enum tty_event) say what holds; `signalled` is what they were last
 * told. A process that dies while it has the mutex may leave anything here: who takes it next puts counts
 * back into their bounds and tells the events anew. */
#ifndef ISTHMUS_ABI_TTY_H
#define ISTHMUS_ABI_TTY_H

#include "abi.h"

#define SHM_MAGIC_TTY 0x20595454u /* "TTY " */

/* Terminal ids: N of /dev/pts/N; from TTY_CONSOLE on a console, /dev/cons<id - TTY_CONSOLE>. */
#define TTY_CONSOLE 0x40000000
#define TTY_PTS_MAX 4096

#define SHM_TTY_QUEUE 4096u     /* elements of input; a power of two */
#define SHM_TTY_OUT 65536u      /* bytes of output on their way to the master; a power of two */
#define SHM_TTY_HOLDERS 1024u

/* An element of the input queue: a byte, perhaps with a mark. */
#define SHM_TTY_EOL 0x100u /* the line ends behind this byte */
#define SHM_TTY_EOF 0x200u /* no byte: a line ends here, by VEOF */

struct shm_termios {
    uint32_t iflag, oflag, cflag, lflag;
    uint32_t ispeed, ospeed;
    uint8_t cc[32];
};
ABI_SIZE(struct shm_termios, 56);

enum shm_tty_flags {
    SHM_TTY_MASTER = 1,     /* a pseudo terminal */
    SHM_TTY_LOCKED = 2,     /* no unlockpt() yet */
    SHM_TTY_OPENED = 4,     /* the slave has been open */
    SHM_TTY_HUNG = 8,       /* the master is gone: for good */
    SHM_TTY_STOPPED = 0x10, /* output is: by VSTOP or tcflow() */
    SHM_TTY_PACKET = 0x20,  /* TIOCPKT */
    SHM_TTY_LITERAL = 0x40, /* the next byte of input is only a byte: VLNEXT came */
    SHM_TTY_MORE = 0x80,    /* somebody waits for input beyond the first byte */
    SHM_TTY_EXCLUSIVE = 0x100, /* TIOCEXCL */
};

/* Which side of a pseudo terminal. */
enum tty_side { TTY_SLAVE = 0, TTY_MASTER = 1 };

/* A process that has the terminal open. word: Windows pid << 32 | masters << 16 | slaves; 0: free. An
 * entry whose process is gone (no process of that Windows pid created at `created`) counts as free. */
struct shm_tty_holder {
    uint64_t word;
    uint64_t created;       /* FILETIME; 0: not written yet */
};
ABI_SIZE(struct shm_tty_holder, 16);

struct shm_tty {
    struct shm_hdr hdr;
    int32_t pgrp;       /* foreground group, 0: none */
    int32_t sid;        /* session whose controlling terminal it is, 0: none */
    uint16_t rows, columns, xpixel, ypixel;
    struct shm_termios termios;
    uint32_t flags;     /* enum shm_tty_flags */
    uint32_t signalled; /* events that are set: bit N for enum tty_event N */
    uint32_t packet;    /* TIOCPKT_* bits for the next read of the master */
    uint32_t column;    /* of the cursor, as far as output tells */
    uint32_t line_column; /* where the line being edited began */
    uint32_t reader;    /* console: Windows process that waits for keys, 0: none */
    uint32_t queued;    /* elements in queue */
    uint32_t edited;    /* the last of them: the line being edited, cannot be read yet */
    uint32_t first;     /* place of the oldest element */
    uint32_t out_first, out_used; /* output: place of the oldest byte, number */
    uint32_t holders;   /* entries of holder[] that have ever been taken */
    uint8_t reserved[40];
    uint16_t queue[SHM_TTY_QUEUE];
    struct shm_tty_holder holder[SHM_TTY_HOLDERS];
    uint8_t out[SHM_TTY_OUT];
};
ABI_OFFSET(struct shm_tty, termios, 32);
ABI_OFFSET(struct shm_tty, queue, 176);

enum tty_event {
    TTY_IN = 0,     /* the slave can read */
    TTY_OUT = 1,    /* the master can read, or has nothing to hope for */
    TTY_ROOM_IN = 2,  /* the master can write */
    TTY_ROOM_OUT = 3, /* the slave can write */
    TTY_CHANGE = 4, /* more input came: for those who wait for more than a byte */
    TTY_EVENTS = 5,
};

#endif
