/* SPDX-License-Identifier: BSD-2-Clause */
/* posix_spawn: file actions and attributes, which are only kept here (proc/spawn.c uses them).
 * Results are error numbers, not -1 and errno: POSIX.1-2017. */
#include <errno.h>

#include "mm.h"
#include "proc/spawn.h"

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *fa)
{
    return (*fa = rt_zalloc(sizeof(**fa))) ? 0 : ENOMEM;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *fa)
{
    for (size_t i = 0; i < (*fa)->n; i++)
        rt_free((*fa)->v[i].path);
    rt_free((*fa)->v);
    rt_free(*fa);
    *fa = NULL;
    return 0;
}

static int add(posix_spawn_file_actions_t *fa, struct spawn_action a, const char *path)
{
    struct __posix_spawn_file_actions *l = *fa;

    if (a.fd < 0 || a.from < 0)
        return EBADF;
    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : 8;
        struct spawn_action *v = rt_realloc(l->v, room * sizeof(*v));

        if (!v)
            return ENOMEM;
        l->v = v;
        l->room = room;
    }
    if (path && !(a.path = rt_strdup(path)))
        return ENOMEM;
    l->v[l->n++] = a;
    return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *fa, int fd, const char *path, int flags,
                                     mode_t mode)
{
    return add(fa, (struct spawn_action){ .kind = SPAWN_OPEN, .fd = fd, .flags = flags, .mode = mode }, path);
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *fa, int from, int to)
{
    return add(fa, (struct spawn_action){ .kind = SPAWN_DUP2, .fd = to, .from = from }, NULL);
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *fa, int fd)
{
    return add(fa, (struct spawn_action){ .kind = SPAWN_CLOSE, .fd = fd }, NULL);
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *fa, const char *path)
{
    return add(fa, (struct spawn_action){ .kind = SPAWN_CHDIR }, path);
}

int posix_spawnattr_init(posix_spawnattr_t *a)
{
    return (*a = rt_zalloc(sizeof(**a))) ? 0 : ENOMEM;
}

int posix_spawnattr_destroy(posix_spawnattr_t *a)
{
    rt_free(*a);
    *a = NULL;
    return 0;
}

int posix_spawnattr_getflags(const posix_spawnattr_t *a, short *flags)
{
    *flags = (*a)->flags;
    return 0;
}

int posix_spawnattr_setflags(posix_spawnattr_t *a, short flags)
{
    if (flags & ~(POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSCHEDPARAM
                  | POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        return EINVAL;
    (*a)->flags = flags;
    return 0;
}

int posix_spawnattr_getpgroup(const posix_spawnattr_t *a, pid_t *pgroup)
{
    *pgroup = (*a)->pgroup;
    return 0;
}

int posix_spawnattr_setpgroup(posix_spawnattr_t *a, pid_t pgroup)
{
    (*a)->pgroup = pgroup;
    return 0;
}

int posix_spawnattr_getschedparam(const posix_spawnattr_t *a, struct sched_param *p)
{
    *p = (*a)->param;
    return 0;
}

int posix_spawnattr_setschedparam(posix_spawnattr_t *a, const struct sched_param *p)
{
    (*a)->param = *p;
    return 0;
}

int posix_spawnattr_getschedpolicy(const posix_spawnattr_t *a, int *policy)
{
    *policy = (*a)->policy;
    return 0;
}

int posix_spawnattr_setschedpolicy(posix_spawnattr_t *a, int policy)
{
    (*a)->policy = policy;
    return 0;
}

int posix_spawnattr_getsigdefault(const posix_spawnattr_t *a, sigset_t *set)
{
    *set = (*a)->sigdefault;
    return 0;
}

int posix_spawnattr_setsigdefault(posix_spawnattr_t *a, const sigset_t *set)
{
    (*a)->sigdefault = *set;
    return 0;
}

int posix_spawnattr_getsigmask(const posix_spawnattr_t *a, sigset_t *set)
{
    *set = (*a)->sigmask;
    return 0;
}

int posix_spawnattr_setsigmask(posix_spawnattr_t *a, const sigset_t *set)
{
    (*a)->sigmask = *set;
    return 0;
}
