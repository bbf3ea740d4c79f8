/* SPDX-License-Identifier: BSD-2-Clause */
/* -e trace=: which events are recorded. What is not wanted is not even written by the traced process. */
#include <stdlib.h>
#include <string.h>

#include "strace.h"

void filter_all(uint8_t mask[TRACE_MAX_EVENTS])
{
    memset(mask, TRACE_ON, TRACE_MAX_EVENTS);
}

void filter_default(uint8_t mask[TRACE_MAX_EVENTS])
{
    memset(mask, TRACE_OFF, TRACE_MAX_EVENTS);
    for (unsigned i = 0; i < trace_desc_count; i++)
        if (trace_descs[i].always)
            mask[trace_descs[i].id] = TRACE_ON;
}

/* ---- groups of calls, as on Linux ---- */

static bool has_meaning(const struct trace_desc *d, unsigned a, unsigned b)
{
    for (unsigned i = 0; i < d->nfields; i++)
        if (d->fields[i].meaning == a || d->fields[i].meaning == b)
            return true;
    return false;
}

static bool is_file(const struct trace_desc *d)
{
    return has_meaning(d, TRACE_MEAN_PATH, TRACE_MEAN_PATH) && !strstr(d->name, "exec");
}

static bool is_desc(const struct trace_desc *d)
{
    return has_meaning(d, TRACE_MEAN_FD, TRACE_MEAN_DIRFD);
}

static bool is_stat(const struct trace_desc *d)
{
    return strstr(d->name, "stat") && !strstr(d->name, "vfs");
}

/* Whether the call is one of these words; name* stands for all that begin so. */
static bool among(const struct trace_desc *d, const char *words)
{
    const char *name = trace_desc_name(d);

    for (;;) {
        size_t n = strcspn(words, " ");

        if (words[n - 1] == '*' ? !strncmp(name, words, n - 1) : strlen(name) == n && !memcmp(name, words, n))
            return true;
        if (!words[n])
            return false;
        words += n + 1;
    }
}

static const struct group {
    const char *name;
    bool (*is)(const struct trace_desc *d);
    const char *words; /* names of calls, or how they begin */
} groups[] = {
    { "file", is_file, NULL },
    { "desc", is_desc, NULL },
    { "stat", is_stat, NULL },
    { "process", NULL, "fork vfork exec* wait* _exit posix_spawn* spawn* kill system popen clone*" },
    { "creds", NULL, "getuid geteuid getgid getegid setuid setgid seteuid setegid setreuid setregid "
                     "getgroups setgroups initgroups setresuid setresgid" },
    { "signal", NULL, "kill killpg raise sig* pause alarm setitimer getitimer timer_* pthread_kill "
                      "pthread_sigmask signalfd*" },
    { "clock", NULL, "nanosleep clock* gettimeofday settimeofday time times usleep sleep adjtime" },
    { "memory", NULL, "mmap munmap mprotect sbrk brk msync madvise mlock* munlock* posix_madvise" },
    { "network", NULL, "socket* bind listen accept* connect shutdown send* recv* getsockopt setsockopt "
                       "getsockname getpeername getaddrinfo getnameinfo" },
    { "ipc", NULL, "sem_* shm_* mq_* flock lockf msgget msgsnd msgrcv msgctl semget semop semctl shmget "
                   "shmat shmdt shmctl" },
    { "thread", NULL, "pthread_* sched_yield" },
    { "tty", NULL, "tc* isatty ttyname* ioctl openpty forkpty ptsname* grantpt unlockpt" },
};

static bool in_group(const struct group *g, const struct trace_desc *d)
{
    return d->call && (g->is ? g->is(d) : among(d, g->words));
}

static bool set_group(uint8_t mask[TRACE_MAX_EVENTS], const char *name, size_t len, uint8_t value)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (strlen(groups[i].name) != len || memcmp(groups[i].name, name, len))
            continue;
        for (unsigned k = 0; k < trace_desc_count; k++)
            if (in_group(&groups[i], &trace_descs[k]))
                mask[trace_descs[k].id] = value;
        return true;
    }
    return false;
}

static bool set_category(uint8_t mask[TRACE_MAX_EVENTS], const char *name, size_t len, uint8_t value)
{
    int category = trace_category_by_name(name, len);

    for (unsigned i = 0; category >= 0 && i < trace_desc_count; i++)
        if (trace_descs[i].category == category)
            mask[trace_descs[i].id] = value;
    return category >= 0;
}

/* /pattern/ over the names. NULL, or what is wrong. */
static const char *set_pattern(uint8_t mask[TRACE_MAX_EVENTS], const char *text, size_t len,
                               uint8_t value)
{
    const char *why = NULL;
    struct pattern *p = pattern_new(text, len, &why);
    bool some = false;

    if (!p)
        return why;
    for (unsigned i = 0; i < trace_desc_count; i++) {
        const char *name = trace_desc_name(&trace_descs[i]);

        if (pattern_matches(p, name, strlen(name))) {
            mask[trace_descs[i].id] = value;
            some = true;
        }
    }
    pattern_free(p);
    return some ? NULL : "a pattern that matches no event";
}

/* A name; a leading ? means that it need not exist. */
static bool set_name(uint8_t mask[TRACE_MAX_EVENTS], const char *name, size_t len, uint8_t value)
{
    const struct trace_desc *d;
    bool maybe = len && *name == '?';

    name += maybe;
    len -= maybe;
    if (len == 3 && !memcmp(name, "all", 3)) {
        memset(mask, value, TRACE_MAX_EVENTS);
        return true;
    }
    if (len && *name == '%')
        return set_group(mask, name + 1, len - 1, value) ||
               set_category(mask, name + 1, len - 1, value) || maybe;
    d = trace_desc_by_name(name, len);
    if (d)
        mask[d->id] = value;
    return set_category(mask, name, len, value) || d || maybe;
}

/* Length of the piece up to a comma; a /pattern/ may have some. */
static size_t piece(const char *p)
{
    const char *end = *p == '/' ? strchr(p + 1, '/') : NULL;

    while (end && end[1] && end[1] != ',')
        end = strchr(end + 1, '/');
    return end ? (size_t)(end + 1 - p) : strcspn(p, ",");
}

const char *filter_parse(uint8_t mask[TRACE_MAX_EVENTS], bool first, const char *arg)
{
    uint8_t value = TRACE_ON;
    const char *p = arg, *why;

    if (*p == '!') {
        value = TRACE_NEVER;
        p++;
    }
    if (first)
        memset(mask, value == TRACE_ON ? TRACE_NEVER : TRACE_ON, TRACE_MAX_EVENTS);
    if (!strcmp(p, "none"))
        return NULL;
    for (;;) {
        size_t n = piece(p);

        if (n > 2 && *p == '/' && p[n - 1] == '/') {
            if ((why = set_pattern(mask, p + 1, n - 2, value)))
                return why;
        } else if (!n || !set_name(mask, p, n, value)) {
            return "not a list of categories, %groups, names of events and /patterns/";
        }
        if (!p[n])
            return NULL;
        p += n + 1;
    }
}

const char *filter_bits(uint8_t mask[TRACE_MAX_EVENTS], const char *arg)
{
    char *end;
    unsigned long bits = strtoul(arg, &end, 0);

    if (*end || !*arg)
        return "not a number";
    memset(mask, TRACE_NEVER, TRACE_MAX_EVENTS);
    for (unsigned i = 0; i < trace_desc_count; i++)
        if (bits >> trace_descs[i].category & 1)
            mask[trace_descs[i].id] = TRACE_ON;
    return NULL;
}
