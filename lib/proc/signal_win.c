/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sending a signal without the runtime: an entry in the queue of the receiver's section and a knock
 * at its signal thread, in the way of runtime/signal/send.c. A receiver without such a thread is
 * ended from here if that is all that the signal would do.
 */
#ifdef _WIN32
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

#include "lib/proc/signal.h"
#include "lib/proc/win_int.h"
#include "lib/tool/out.h"

#define SI_USER_CODE 0          /* SI_USER of the runtime's <signal.h> */

/* A receiver and the view of its section, which is written to. */
struct target {
    struct shm_proc *p;
    struct proc_info info;
    HANDLE process;             /* NULL: it has ended */
};

static int fail(const char **why, int r, const char *text)
{
    *why = text;
    return r;
}

static int open_target(const struct proc_tree *tree, uint32_t pid, struct target *t, const char **why)
{
    struct buf text;
    char name[32];
    void *view;
    size_t size;
    int r;

    memset(t, 0, sizeof *t);
    snprintf(name, sizeof name, "proc.%u", pid);
    r = proc_section_rw(tree, name, &view, &size);
    if (r < 0)
        return r == -EACCES ? fail(why, r, "not permitted") : fail(why, -ESRCH, "no such process");
    buf_init(&text, tool_realloc, NULL, 0);
    r = proc_read(view, size, pid, &t->info, &text);
    buf_free(&text);
    if (r < 0 || size < SHM_PROC_SIZE) {
        *why = t->info.why ? t->info.why : "its section is too small";
        proc_section_close(view);
        return -ESRCH;
    }
    t->p = view;
    return 0;
}

/* The Windows process, if it is still the one that the section speaks of. */
static int open_process(struct target *t, const char **why)
{
    FILETIME created, other;

    t->process = OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_INFORMATION | SYNCHRONIZE, FALSE,
                             t->info.winpid);
    if (!t->process)
        return GetLastError() == ERROR_ACCESS_DENIED ? fail(why, -EACCES, "not permitted") : 0;
    if (!GetProcessTimes(t->process, &created, &other, &other, &other) ||
        (t->info.created &&
         t->info.created != ((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime)) ||
        WaitForSingleObject(t->process, 0) == WAIT_OBJECT_0) {
        CloseHandle(t->process);
        t->process = NULL;
    }
    return 0;
}

static void close_target(struct target *t)
{
    if (t->process)
        CloseHandle(t->process);
    proc_section_close(t->p);
}

/* Ends it from here; its parent learns from the section why. */
static int end_process(struct target *t, int sig, const char **why)
{
    struct shm_proc *p = t->p;

    if (p->state != SHM_STATE_EXITED) {
        __atomic_fetch_or(&p->seq, 1, __ATOMIC_ACQ_REL);
        p->wait_status = (uint32_t)sig;
        p->state = SHM_STATE_EXITED;
        p->change++;
        __atomic_fetch_add(&p->seq, 1, __ATOMIC_ACQ_REL);
    }
    if (!TerminateProcess(t->process, 128u + (uint32_t)sig) &&
        WaitForSingleObject(t->process, 0) != WAIT_OBJECT_0)
        return fail(why, -EACCES, "it cannot be ended");
    return 0;
}

/* Takes a free entry and fills it. A standard signal that waits already says the same. */
static int enqueue(struct shm_proc *p, int sig)
{
    struct shm_sigq *q = (struct shm_sigq *)((char *)p + SHM_PROC_OFF_SIGQ);

    for (unsigned i = 0; sig < SIGNAL_RT_MIN && i < SHM_SIGQ; i++)
        if (__atomic_load_n(&q[i].state, __ATOMIC_ACQUIRE) == SHM_SIGQ_READY && q[i].signo == sig &&
            !q[i].tid)
            return 0;
    for (unsigned i = 0; i < SHM_SIGQ; i++, q++) {
        uint64_t *word = (uint64_t *)q, free_word = SHM_SIGQ_FREE;

        /* sender 0: nobody can tell that we died; the entry is lost then, one of many */
        if (!__atomic_compare_exchange_n(word, &free_word, SHM_SIGQ_WRITING, 0, __ATOMIC_ACQ_REL,
                                         __ATOMIC_RELAXED))
            continue;
        q->signo = sig;
        q->code = SI_USER_CODE;
        q->pid = 0;
        q->uid = p->uid;
        q->value = 0;
        q->status = 0;
        q->tid = 0;
        q->ticket = __atomic_fetch_add(&p->sig_ticket, 1, __ATOMIC_SEQ_CST);
        __atomic_store_n(word, SHM_SIGQ_READY, __ATOMIC_SEQ_CST);
        return 0;
    }
    return -EAGAIN;
}

/* What is done for a process that has no signal thread: 1 done, 0 it needs the thread. */
static int without_thread(struct target *t, int sig, const char **why, int *r)
{
    uint64_t bit = 1ull << (sig - 1);
    enum signal_action action = signal_action(sig);

    if ((t->info.sig_caught | t->info.sig_blocked) & bit)
        return 0;
    if ((t->info.sig_ignored & bit) || action == SIGNAL_IGNORED || action == SIGNAL_CONTINUES) {
        *r = 0;
        return 1;
    }
    if (action == SIGNAL_STOPS)
        return 0;
    *r = end_process(t, sig, why);
    return 1;
}

/* It has something to do for a signal thread and none yet: its runtime says where one begins. */
static int start_thread(struct target *t, const char **why)
{
    uint64_t start = __atomic_load_n(&t->p->sig_start, __ATOMIC_SEQ_CST);
    HANDLE process, thread = NULL;

    process = OpenProcess(PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION |
                              PROCESS_VM_READ | PROCESS_VM_WRITE, FALSE, t->info.winpid);
    if (process && start)
        thread = CreateRemoteThread(process, NULL, 65536, (LPTHREAD_START_ROUTINE)(uintptr_t)start,
                                    NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (thread)
        CloseHandle(thread);
    if (process)
        CloseHandle(process);
    return thread ? 0 : fail(why, -EACCES, "no thread can be started in it that would hear the signal");
}

static int post(const struct proc_tree *tree, struct target *t, uint32_t pid, int sig, const char **why)
{
    bool thread = __atomic_load_n(&t->p->flags, __ATOMIC_SEQ_CST) & SHM_PROC_SIGTHREAD;
    char name[32];
    int r;

    if (sig == SIGNAL_KILL)
        return end_process(t, sig, why);
    if (!thread && t->info.state == SHM_STATE_RUNNING && without_thread(t, sig, why, &r))
        return r;
    if (t->p->flags & SHM_PROC_WINDOWS)
        return fail(why, -EINVAL, "a Windows program: it can only be ended");
    if (enqueue(t->p, sig) < 0)
        return fail(why, -EAGAIN, "its queue of signals is full");
    if (t->info.state == SHM_STATE_STARTING)
        return 0; /* it looks when it is set up */
    if (!thread)
        return start_thread(t, why);
    snprintf(name, sizeof name, "sig.%u", pid);
    if (proc_event_set(tree, name) < 0)
        return fail(why, -EAGAIN, "its signal thread does not answer");
    return 0;
}

int proc_signal(const struct proc_tree *tree, uint32_t pid, int sig, const char **why)
{
    struct target t;
    int r = open_target(tree, pid, &t, why);

    if (r < 0)
        return r;
    r = open_process(&t, why);
    /* one that has ended and was not waited for takes every signal, as POSIX wants */
    if (r == 0 && sig && t.process && t.info.state != SHM_STATE_EXITED)
        r = post(tree, &t, pid, sig, why);
    close_target(&t);
    return r;
}
#endif
