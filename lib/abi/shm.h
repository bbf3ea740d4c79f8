/* SPDX-License-Identifier: BSD-2-Clause */
/* The index of an installation's processes and the section of each process.
 * The index says where to look and has a summary of each process for listings; what counts is the
 * process's own section. */
#ifndef ISTHMUS_ABI_SHM_H
#define ISTHMUS_ABI_SHM_H

#include "abi.h"

/* ---- index: section "index" ---- */

#define SHM_SLOTS 8192u /* a power of two: pid % SHM_SLOTS is the slot */
#define SHM_PID_FIRST 2u

/* One process. A slot is taken by compare-and-swap of `pid` and `winpid` together (runtime/shm/shm.c) and
 * given back by storing 0 in both. A slot whose Windows process is gone (no process `winpid` created at
 * `created`, 0: at any time) may be taken over by anybody, unless its parent still has to wait for it. */
struct shm_slot {
    uint32_t pid;     /* 0: free */
    uint32_t winpid;  /* current Windows process */
    uint64_t created; /* its creation time, FILETIME units (100 ns since 1601) */
    uint32_t holder;  /* pid of the parent that will wait for it; 0: nobody */
    uint32_t reserved;
};
ABI_SIZE(struct shm_slot, 24);

/* What a listing shows of a process, so that nobody has to open its section for that: a copy, made by whoever
 * changes the section (runtime/shm/summary.c). It counts if `pid` is the slot's and `seq` was the same
 * even number before and after reading; else the section tells. */
struct shm_summary {
    uint32_t seq;        /* odd: being written */
    uint32_t pid;
    int32_t ppid;
    int32_t pgid;
    int32_t sid;
    int32_t tty;
    uint32_t winpid;
    uint32_t state;      /* enum shm_state */
    uint64_t created;    /* of winpid, FILETIME */
    uint64_t started;
    uint32_t uid, gid, euid, egid;
    uint32_t flags;
    uint32_t stub;
    uint32_t wait_status;
    uint32_t stop_signal;
    uint64_t user_time;
    uint64_t sys_time;
    uint32_t waiting;    /* 1: its first thread waits; changes alone, outside of seq */
    uint32_t name_len;   /* of the program's POSIX name, which may be longer than what is here */
    char program[88];    /* the name's end, NUL if there is room */
};
ABI_SIZE(struct shm_summary, 192);

struct shm_index {
    struct shm_hdr hdr;
    uint32_t nslots;
    uint32_t next_pid;   /* hint: where to look for the next free slot */
    uint64_t forks;      /* processes made by fork since the index exists */
    uint64_t spawns;     /* by spawn */
    uint64_t execs;
    uint32_t mounts_change; /* grows with every change of the mounts: read the registry again */
    uint32_t stopped;    /* about how many are stopped: with 0 nobody looks for orphaned groups */
    uint32_t off_summaries; /* bytes from the start, 0: the index has none */
    uint32_t waiters;    /* enum trace_waiters */
    uint8_t reserved[56];
    struct shm_slot slots[SHM_SLOTS];
    struct shm_summary summaries[SHM_SLOTS];
};
ABI_OFFSET(struct shm_index, slots, 120);
ABI_OFFSET(struct shm_index, summaries, 120 + 24 * SHM_SLOTS);

/* ---- process section: "proc.<pid>" ---- */

enum shm_state {
    SHM_STATE_STARTING = 1, /* made by the parent, not yet running */
    SHM_STATE_RUNNING = 2,
    SHM_STATE_STOPPED = 3,
    SHM_STATE_EXITED = 4,   /* wait_status is valid */
};

enum shm_wait_kind { /* what a thread waits for */
    SHM_WAIT_NONE = 0,
    SHM_WAIT_CHILD = 1,
    SHM_WAIT_READ = 2,
    SHM_WAIT_WRITE = 3,
    SHM_WAIT_SLEEP = 4,
    SHM_WAIT_SIGNAL = 5,
    SHM_WAIT_LOCK = 6,
    SHM_WAIT_POLL = 7,
    SHM_WAIT_OTHER = 8,
    SHM_WAIT_PROGRAM = 9, /* the Windows process that it became by exec */
};

struct shm_thread {
    uint32_t wintid;   /* 0: unused entry */
    uint32_t wait_kind;
    uint64_t wait_arg; /* descriptor, pid or address, by kind */
    uint32_t owner;    /* pid that has what is waited for, 0: unknown */
    uint32_t waiting;  /* 1: it waits right now; 0: what stands here is what its last call might have waited for */
    uint64_t since;    /* TSC when the wait began */
};
ABI_SIZE(struct shm_thread, 32);

#define SHM_SIGQ 128u

enum shm_sigq_state { SHM_SIGQ_FREE = 0, SHM_SIGQ_WRITING = 1, SHM_SIGQ_READY = 2 };

/* A signal on its way to the process. Senders take a free entry by compare-and-swap. */
struct shm_sigq {
    uint32_t state;
    uint32_t sender; /* pid while SHM_SIGQ_WRITING: recovery when it died */
    uint64_t ticket; /* order of arrival */
    int32_t signo;
    int32_t code;    /* SI_* */
    int32_t pid;
    uint32_t uid;
    uint64_t value;
    int32_t status;
    uint32_t tid;    /* 0: to the process, else to that Windows thread */
    uint64_t reserved;
};
ABI_SIZE(struct shm_sigq, 56);

#define SHM_MAX_THREADS 64u
#define SHM_MAX_FDS     256u

/* An open file as others may see it. `name` is an offset into the section's strings, 0: none. */
struct shm_fd {
    uint32_t kind;  /* number from runtime/file/kinds.h, 0: closed */
    uint32_t flags; /* O_* of the description, bit 31: close-on-exec */
    uint32_t name;
    uint32_t ino;   /* identity of pipes and the like: equal in all processes that share it */
};
ABI_SIZE(struct shm_fd, 16);

#define SHM_PROC_SIZE 65536u

enum shm_proc_flags {
    SHM_PROC_SIGTHREAD = 1, /* a signal thread listens to "sig.<pid>" */
    SHM_PROC_EXECED = 2,    /* has called exec: setpgid of it fails */
    SHM_PROC_CREATOR_WINDOWS = 4, /* started by a plain Windows program */
    SHM_PROC_LOCKS = 0x100, /* has or had locks of fcntl(F_SETLK) */
    SHM_PROC_LEFT = 8,      /* has ended by itself: its groups and its session were told */
    SHM_PROC_WIN_EXIT = 16, /* ended by a Win32 call: its exit code counts */
    SHM_PROC_WINDOWS = 32,  /* a plain Windows program: no runtime is in it */
    SHM_PROC_DETACHED = 64, /* has, or an ancestor has, left the console by setsid() */
};

/* Writer: the owner, and for the signal queue any process of the same user. Readers check
 * everything. Fields that belong together are written under `seq` (odd: being written). */
struct shm_proc {
    struct shm_hdr hdr;
    uint32_t seq;
    uint32_t state; /* enum shm_state */
    int32_t pid;
    int32_t ppid;
    int32_t pgid;
    int32_t sid;
    uint32_t winpid;  /* current Windows process */
    uint32_t stub;    /* Windows process that waits for it on behalf of a Windows parent, or 0 */
    uint64_t created; /* of winpid, FILETIME */
    uint64_t started; /* of the POSIX process, FILETIME */
    uint32_t uid, gid, euid, egid;
    uint32_t umask;
    int32_t tty;      /* -1: none, else id of the terminal: abi/tty.h */
    uint64_t sig_blocked; /* of the main thread */
    uint64_t sig_pending;
    uint64_t sig_ignored;
    uint64_t sig_caught;
    uint32_t wait_status; /* as wait() gives it, valid in SHM_STATE_EXITED */
    uint32_t stop_signal; /* valid in SHM_STATE_STOPPED */
    uint32_t flags;
    uint32_t fork_stage;  /* enum fork_stage of lib/abi/startup.h, 0: no fork in progress */
    uint32_t change;      /* counts stops, continues and the end: what waitpid looks at */
    uint32_t nthreads;
    uint64_t user_time;   /* 100 ns: of the Windows processes before an exec; at the end, of all */
    uint64_t sys_time;
    uint64_t sig_ticket;  /* next ticket of the queue */
    /* Places inside the section, bytes from its start. */
    uint32_t off_threads, n_threads;
    uint32_t off_sigq, n_sigq;
    uint32_t off_fds, n_fds;
    uint32_t off_strings, size_strings;
    uint32_t program;     /* offset in strings of the POSIX name of the program */
    uint32_t cmdline;     /* offset in strings of the first argument, each ended by NUL */
    uint32_t strings_used;
    uint32_t argc;        /* how many lie there */
    uint32_t creating;    /* new processes that do not run yet: not to be ended just now */
    uint32_t sig_direct;  /* its first thread waits and listens to "now.<pid>": quicker than the signal thread */
    uint64_t sig_start;   /* where a thread that is made in it becomes its signal thread; 0: nowhere */
    uint64_t child_user;  /* of children that were waited for, and theirs; 100 ns */
    uint64_t child_sys;
    uint8_t reserved[152];
    /* For those who walk its stacks: a call of the runtime seems to return to sys_return, but goes on at the
     * first word of the struct thread that the TEB points to at teb_slot. While a handler runs on top of
     * such a call, the word is kept in a pair {word, address of the next pair} at the end of the list that
     * begins at offset ret_saved of struct thread. */
    uint64_t sys_return;
    uint32_t teb_slot;
    uint32_t ret_saved;
    /* Why it ends, once fault_signal is set: by a signal that dumps core. */
    uint32_t fault_signal;
    int32_t fault_code;     /* si_code */
    uint32_t fault_status;  /* NTSTATUS of the exception, 0: none */
    uint32_t fault_tid;     /* Windows thread */
    uint64_t fault_address; /* si_addr */
    uint64_t fault_ip;
    uint64_t fault_context; /* address of its CONTEXT in the process */
    uint64_t fork_links;    /* hash of the directory of fork protection that it holds, 0: none */
    uint64_t reserved3[1];
};
ABI_OFFSET(struct shm_proc, pid, 24);
ABI_OFFSET(struct shm_proc, created, 48);
ABI_OFFSET(struct shm_proc, sig_blocked, 88);
ABI_OFFSET(struct shm_proc, off_threads, 168);
ABI_OFFSET(struct shm_proc, sig_start, 224);
ABI_SIZE(struct shm_proc, 472);

#define SHM_PROC_OFF_THREADS 512u
#define SHM_PROC_OFF_SIGQ    4096u
#define SHM_PROC_OFF_FDS     12288u
#define SHM_PROC_OFF_STRINGS 20480u
/* Names of descriptors have fixed places at the end of the strings; longer ones lose their beginning. */
#define SHM_FD_NAME 128u
#define SHM_PROC_OFF_FD_NAMES (SHM_PROC_SIZE - SHM_MAX_FDS * SHM_FD_NAME)
ABI_ASSERT(SHM_PROC_OFF_THREADS + SHM_MAX_THREADS * sizeof(struct shm_thread) <= SHM_PROC_OFF_SIGQ,
           "threads overlap the signal queue");
ABI_ASSERT(SHM_PROC_OFF_SIGQ + SHM_SIGQ * sizeof(struct shm_sigq) <= SHM_PROC_OFF_FDS,
           "signal queue overlaps the descriptors");
ABI_ASSERT(SHM_PROC_OFF_FDS + SHM_MAX_FDS * sizeof(struct shm_fd) <= SHM_PROC_OFF_STRINGS,
           "descriptors overlap the strings");

ABI_ASSERT(SHM_PROC_OFF_FD_NAMES > SHM_PROC_OFF_STRINGS, "no room for strings");

#endif
