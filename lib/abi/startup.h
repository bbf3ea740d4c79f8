/* SPDX-License-Identifier: BSD-2-Clause */
/* The startup block: what a POSIX creator (or strace) hands to a process that it creates suspended.
 * A section of its own, mapped into the child at STARTUP_ADDR before the child's first instruction.
 * A process that finds nothing there was started by a plain Windows program. */
#ifndef ISTHMUS_ABI_STARTUP_H
#define ISTHMUS_ABI_STARTUP_H

#include "abi.h"

#define STARTUP_ADDR 0x500000000ull

enum startup_kind {
    STARTUP_START = 1, /* by strace: nothing but a trace session */
    STARTUP_FORK = 2,
    STARTUP_EXEC = 3,
    STARTUP_SPAWN = 4,
    STARTUP_PARKED = 5, /* waits until a fork adopts it; a block of kind STARTUP_FORK takes this one's place */
};

/* startup_block.flags */
enum startup_flags {
    STARTUP_FOLLOW = 1, /* the creator is traced by its control section: begin with the bytes of that */
};

/* How far a fork has come; also in shm_proc.fork_stage and in fork events. */
enum fork_stage {
    FORK_NONE = 0,
    FORK_BEGIN = 1,
    FORK_CREATE = 2,   /* creating the Windows process */
    FORK_STOP = 3,     /* stopping the other threads */
    FORK_COLLECT = 4,  /* finding what was written */
    FORK_REMAP = 5,    /* making the own arenas copy-on-write */
    FORK_MAP = 6,      /* mapping into the child */
    FORK_HANDLES = 7,  /* handing over handles */
    FORK_RESUME = 8,
    FORK_CHILD = 9,    /* waiting for the child's report */
    FORK_DONE = 10,
};

/* `len` bytes at `src` (offset in the block) belong at address `dst`. */
struct startup_copy {
    uint64_t dst;
    uint64_t src;
    uint64_t len;
};
ABI_SIZE(struct startup_copy, 24);

/* A descriptor of the new process (exec, spawn). Names are offsets in the block, 0: none. */
struct startup_fd {
    int32_t fd;
    int32_t same_as;  /* shares the description of this earlier descriptor, -1: its own */
    uint32_t kind;
    uint32_t flags;   /* O_* */
    uint32_t fdflags; /* FD_CLOEXEC */
    uint32_t reserved;
    uint64_t handle[2];
    uint64_t name;
    uint64_t priv[4]; /* by kind */
    uint64_t ofd;     /* what it shares with other processes: lib/abi/locks.h */
    uint64_t h_alive;
};
ABI_SIZE(struct startup_fd, 96);

/* A child that a process which calls exec hands on: children belong to the pid. */
struct startup_child {
    int32_t pid;
    uint32_t winpid;
    uint64_t h_process;
    uint64_t h_shm;
    uint32_t seen_change;
    uint32_t reserved;
};
ABI_SIZE(struct startup_child, 32);

/* An image of the ported world that a forked child has to have, at this address and no other. Those that
 * were not loaded with the program come in the order in which the child can load them. */
struct startup_module {
    uint64_t base;
    uint64_t size;
    uint32_t stamp[4]; /* of its header: what tells two builds apart (lib/dll/stamp.h) */
    uint32_t flags;
    uint32_t units;
    uint64_t path;     /* Win32 name, UTF-16, ended by 0 */
};
ABI_SIZE(struct startup_module, 48);

enum startup_module_flag {
    STARTUP_MODULE_LINKED = 1, /* the loader brings it with the program */
    STARTUP_MODULE_KEEP = 2,   /* somebody holds it; the others stay because of who imports them */
};

/* Why a forked child gave up before it was one. */
struct startup_failure {
    uint32_t kind;     /* enum startup_failure_kind; written last */
    uint32_t error;    /* of Windows */
    uint64_t addr;
    uint32_t module;   /* index */
    uint32_t reserved;
    char occupant[232]; /* what is at addr, ended by 0 */
};
ABI_SIZE(struct startup_failure, 256);

enum startup_failure_kind {
    STARTUP_FAILURE_NONE = 0,
    STARTUP_FAILURE_MISSING = 1, /* the module is not there or could not be loaded */
    STARTUP_FAILURE_MOVED = 2,   /* it lies at another address */
    STARTUP_FAILURE_OTHER = 3,   /* another build of it was loaded */
};

struct startup_block {
    struct shm_hdr hdr;
    uint32_t kind;
    uint32_t flags;
    uint32_t creator;    /* Windows pid */
    int32_t pid;         /* POSIX pid of the new process, 0: take one */
    uint64_t tree;       /* hash of the installation, 0: not known */

    /* Handles, valid in the new process; 0: none. */
    uint64_t h_proc;     /* section proc.<pid> */
    uint64_t h_ring;     /* section ring.<pid> */
    uint64_t h_ctl;      /* section ctl.<pid> */
    uint64_t h_session;  /* trace session */
    uint64_t h_ready;    /* event: the new runtime lives */
    uint64_t h_creator;  /* the creator, may be waited for */

    /* STARTUP_FORK */
    uint64_t copy;       /* offset of struct startup_copy[] */
    uint64_t copies;
    uint64_t runtime_base; /* load address of the parent's runtime; must be the child's too */
    uint64_t fork_time;  /* TSC at the parent's fork_begin */

    /* STARTUP_EXEC, STARTUP_SPAWN: offsets in the block */
    uint64_t argv, argc; /* argc strings, one after the other */
    uint64_t envp, envc;
    uint64_t cwd;        /* POSIX name */
    uint64_t program;    /* POSIX name of the program */
    uint64_t fds, nfds;  /* struct startup_fd[] */
    uint64_t sig_blocked;
    uint64_t sig_ignored;
    uint64_t sig_pending;
    uint32_t umask;
    uint32_t nice;
    uint64_t children, nchildren; /* struct startup_child[] */
    uint64_t root;       /* offset of the root folder's POSIX name, 0: the tree's */

    /* STARTUP_FORK: offsets */
    uint64_t modules, nmodules; /* struct startup_module[] */
    uint64_t failure;    /* struct startup_failure, written by the child */
    uint64_t h_go;       /* STARTUP_PARKED: event, the block of a fork is there */
    uint64_t h_std[3];   /* STARTUP_FORK of a parked child: what GetStdHandle is to give */
    uint64_t itimers[6]; /* of setitimer: 100 ns until the signal, 0: off; and interval, each */
    uint64_t reserved[2];
};
ABI_OFFSET(struct startup_block, h_proc, 40);
ABI_OFFSET(struct startup_block, argv, 120);
ABI_SIZE(struct startup_block, 360);

#endif
