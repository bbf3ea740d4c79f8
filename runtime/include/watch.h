/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for any number of files: what poll, select and epoll are made of. A file's `poll` operation says
 * what holds now and names what ends the wait:
 *
 *   - sockets: all of them in one request to the driver
 *   - pipes: a read of no bytes each, which stays under way between calls, so that an idle pipe costs
 *     one look into memory; all of a thread report to one event
 *   - handles: events, timers, terminals; beyond 60 helper threads take 62 each (signal/wait_many.h)
 *   - points in time, and signals
 *
 * No thread per file, no interval. */
#ifndef WATCH_H
#define WATCH_H

#include <poll.h>

#include "file.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif

struct watch_entry {
    struct file *f;     /* NULL: skipped */
    int events;
    int revents;        /* result */
    int parent;         /* -1, or the entry of the epoll that this one belongs to */
    uint32_t afd;       /* what the driver said */
};

#define WATCH_HANDLES 62
#define WATCH_FEW 16
#define WATCH_PROCESSES 24
#define WATCH_DEPTH 5   /* of epoll in epoll */

struct watch {
    struct watch_entry *v;
    unsigned n, cap;
    unsigned at;                    /* the entry being looked at */
    bool arm;                       /* a wait follows if nothing holds */
    bool armed;                     /* some pipe's read was begun */
    bool nomem;
    unsigned depth;
    unsigned sockets, sockets_cap;
    struct afd_poll *afd;
    unsigned *afd_at;               /* entry of each socket */
    unsigned nhandles, handles_cap;
    handle_t *handles;              /* few_handles, or from the heap */
    handle_t few_handles[WATCH_HANDLES];
    uint64_t until;                 /* nt_uptime() at which some file changes; 0: none */
    uint64_t signals;
    bool messages;
    unsigned nwords, words_cap;
    uint64_t **words;               /* entries of park_shared_begin() */
    unsigned nprocesses;            /* opened for this round */
    struct {
        uint32_t winpid;
        handle_t h;
    } processes[WATCH_PROCESSES];
    struct poller *poller;
    struct watch_entry few[WATCH_FEW];
};

void watch_init(struct watch *w);
void watch_free(struct watch *w);   /* also puts the files */
/* Takes over the reference. -ENOMEM. */
int watch_add(struct watch *w, struct file *f, int events);
/* Until something holds or nt_uptime() is `until` (0: look only; UINT64_MAX: no limit). Returns the
 * number of entries (without parents) with results, 0 at the time-out, -EINTR, -ENOMEM. */
int watch_run(struct watch *w, uint64_t until);

/* ---- for the `poll` operations ---- */
/* Ask the socket driver about AFD_* `events`; sock_poll_result() makes POLL* of the answer. */
void watch_socket(struct watch *w, handle_t socket, uint32_t events);
int sock_poll_result(struct file *f, int events, uint32_t afd);
/* The read end of an overlapped pipe: true: nothing has come since it was seen empty. */
bool watch_pipe_idle(struct watch *w, struct file *f);
/* It was seen empty: be woken. True: look again, something came meanwhile. */
bool watch_pipe_arm(struct watch *w, struct file *f);
void watch_handle(struct watch *w, handle_t h);
/* A word in memory that processes share (park.h) is no more what was seen. */
void watch_word(struct watch *w, uint64_t *word, uint64_t seen);
/* A Windows process ends. */
void watch_process(struct watch *w, uint32_t winpid);
void watch_until(struct watch *w, uint64_t uptime);
void watch_signals(struct watch *w, uint64_t set);
void watch_messages(struct watch *w);   /* of windows, for this thread */
/* Entries of an epoll: results are the current entry's POLLIN. */
void watch_sub(struct watch *w, struct file *f, int events);

/* ---- life of files ---- */
void watch_close(struct file *f);   /* before the handles are closed */
void watch_forget(struct file *f);  /* in a forked child: the reads were the parent's */
void epoll_forget(struct file *f);  /* sys/epoll.c */
void epoll_fork_child(void);

/* Something was read or written. */
static inline void file_moved(struct file *f)
{
    f->moves++;
}

#endif
