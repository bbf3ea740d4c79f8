/* SPDX-License-Identifier: BSD-2-Clause */
/* Images and fork, the parent's side: the list of what the child has to have, and what is recorded when
 * it could not be had. */
#include <errno.h>
#include <string.h>

#include "abi/startup.h"
#include "dll.h"
#include "dll_protect.h"
#include "nt.h"
#include "options.h"
#include "path.h"
#include "sys.h"

/* The list as it goes into the block: modules, their names, the child's answer. Outside all arenas. */
static NOCOPY char *list;
static NOCOPY size_t list_size, list_room;
static NOCOPY unsigned count;

static bool given(const struct dll *d)
{
    return !(d->flags & DLL_FOREIGN) || d->opens;
}

static size_t needed(unsigned *n)
{
    size_t size = sizeof(struct startup_failure);

    *n = 0;
    for (const struct dll *d = dll_list; d; d = d->next)
        if (given(d)) {
            unsigned units;

            dll_source(d, &units);
            size += sizeof(struct startup_module) + ALIGN_UP((units + 1) * sizeof(uint16_t), 8);
            ++*n;
        }
    return size;
}

static void put(const struct dll *d, struct startup_module *m, char *base, size_t *names)
{
    unsigned units;
    const uint16_t *path = dll_source(d, &units);
    size_t bytes = (units + 1) * sizeof(*path);

    *m = (struct startup_module){
        .base = d->base, .size = d->size, .units = units, .path = *names,
        .flags = (d->flags & DLL_LINKED ? STARTUP_MODULE_LINKED : 0)
                 | (d->flags & DLL_IMPORTED ? 0 : STARTUP_MODULE_KEEP),
    };
    memcpy(m->stamp, d->stamp, sizeof(m->stamp));
    memcpy(base + *names, path, bytes);
    *names += ALIGN_UP(bytes, 8);
}

int dll_fork_prepare(bool again)
{
    struct startup_module *m;
    size_t size, names;
    unsigned n, i = 0;

    dll_refresh();
    dll_protect(again);
    size = needed(&n);
    if (size > list_room) {
        nt_free(list);
        list_room = ALIGN_UP(2 * size, 4096);
        if (!(list = nt_alloc(list_room))) {
            list_room = 0;
            return -ENOMEM;
        }
    }
    m = (struct startup_module *)(list + sizeof(struct startup_failure));
    names = sizeof(struct startup_failure) + n * sizeof(*m);
    memset(list, 0, sizeof(struct startup_failure));
    for (const struct dll *d = dll_list; d && i < n; d = d->next)
        if (given(d))
            put(d, &m[i++], list, &names);
    list_size = size;
    count = n;
    return 0;
}

size_t dll_fork_size(void)
{
    return list_size;
}

void dll_fork_put(char *block, size_t at, struct startup_block *b)
{
    struct startup_module *m = (struct startup_module *)(block + at + sizeof(struct startup_failure));

    memcpy(block + at, list, list_size);
    for (unsigned i = 0; i < count; i++)
        m[i].path += at;
    b->failure = at;
    b->modules = at + sizeof(struct startup_failure);
    b->nmodules = count;
}

void dll_fork_done(int pid)
{
    if (dll_protect_linked())
        trace_dll_child_complete(pid, count);
}

/* ---- failures ---- */

static struct dll *nth(uint32_t n)
{
    for (struct dll *d = dll_list; d; d = d->next)
        if (given(d) && n-- == 0)
            return d;
    return NULL;
}

static void put_why(struct buf *why, const struct startup_failure *f, const struct dll *d)
{
    switch (f->kind) {
    case STARTUP_FAILURE_MISSING:
        buf_puts(why, f->error ? "it could not be loaded: Windows' error " : "it did not come with the program");
        if (f->error)
            buf_putu(why, f->error);
        break;
    case STARTUP_FAILURE_MOVED:
        buf_puts(why, "it lies at 0x");
        buf_putx(why, f->addr, 1);
        break;
    default:
        buf_puts(why, "another build of it was loaded");
    }
    if (f->occupant[0] && d) {
        buf_puts(why, "; at 0x");
        buf_putx(why, d->base, 1);
        buf_puts(why, strcmp(f->occupant, "free") ? ", its place, there is " : ", its place, nothing is: it is ");
        buf_puts(why, f->occupant);
    }
}

void dll_fork_failed(const struct startup_failure *f, int32_t status)
{
    struct startup_failure copy = *f; /* the child may still be alive: read once */
    struct dll *d = nth(copy.module);
    struct buf why;

    path_buf(&why);
    copy.occupant[sizeof(copy.occupant) - 1] = 0;
    if (copy.kind == STARTUP_FAILURE_NONE || copy.kind > STARTUP_FAILURE_OTHER) {
        dll_why_child(status, &why);
        trace_dll_child_died((uint32_t)status, why.len ? why.p : NULL);
    } else {
        put_why(&why, &copy, d);
        trace_dll_child_failed(d ? dll_posix(d) : NULL, why.p, copy.error, d ? (void *)d->base : NULL,
                               (void *)copy.addr, copy.occupant[0] ? copy.occupant : NULL);
    }
    buf_free(&why);
}

/* CYGWIN=inject:fork.address=...: the place of the last image is taken in the child. */
int dll_fork_inject(handle_t child)
{
    const struct dll *last = NULL;

    if (inject("fork.address") == 0)
        return 0;
    for (const struct dll *d = dll_list; d; d = d->next)
        if (given(d))
            last = d;
    return last ? nt_occupy(child, (void *)last->base, last->size) : 0;
}
