/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection: files of the images are followed from load to unload, and a child is created from links
 * to them when something else stands at their names. */
#ifndef DLL_PROTECT_H
#define DLL_PROTECT_H

#include "dll.h"
#include "lib/dll/identity.h"

#ifndef NO_FORK_PROTECTION /* only bench/protect-build.sh builds a runtime without */

/* The file of an image. */
struct dll_watch {
    handle_t file;          /* of this process; a forked child gets its own */
    struct dll_identity id;
    uint16_t *nt;           /* NT name that it was loaded by */
    unsigned units;
    unsigned name;          /* where the last component of it starts */
    uint32_t change;        /* enum dll_change, at the last comparison */
    struct dll_identity seen; /* what stood at the name then, by the first glance; size 0: nothing */
    uint16_t *link;         /* Win32 name in the directory in use, ended by 0; NULL: none */
    unsigned link_units;
};

/* ---- proc/dll_protect.c ---- */
/** Finds out whether there is protection, at start, before dll_watch. */
void dll_protect_init(void);
/** All images of the start are followed: cleans up what others left. */
void dll_protect_started(void);
/** A new image: keeps its file open. / It is gone. */
void dll_watch(struct dll *d);
void dll_unwatch(struct dll *d);
/** Before a child is created, dll_lock held: compares, links, decides where it is created from. `again`: the
 * last attempt failed, so that nothing is taken for granted. */
void dll_protect(bool again);
/** Whether an image may have been missing because somebody is just replacing it. */
bool dll_protect_watching(void);
/** Whether the last child was created from links. */
bool dll_protect_linked(void);
/** Handles for the child: fn(arg, slot) as for descriptors. */
int dll_protect_give(int (*fn)(void *arg, handle_t *slot, bool inherit), void *arg);
/** The process section says which directory this process holds. */
void dll_protect_publish(void);

/** The Win32 name under which a child finds the image: its own, or a link's. */
const uint16_t *dll_source(const struct dll *d, unsigned *units);

/* ---- proc/dll_links.c ---- */
/* Where directories with links are, and the one that this process uses. Inherited. */
struct dll_place {
    uint16_t *root;         /* NT name of /var/run/cygfork */
    unsigned root_units;
    char *sid;              /* the user's, as text: the next component */
    uint64_t hash;          /* of the directory in use, 0: none */
    handle_t mutex;         /* a forked child has its own handle */
    uint64_t held;          /* hash of the directory that it guards */
    char *posix;            /* its name, for traces */
};
extern struct dll_place dll_place;
/** NT name of a directory of the user, or with name NULL of all of them. */
void dll_place_name(struct wbuf *out, const uint16_t *name, size_t units);
/** Makes or completes the directory for what is loaded; 0, or negative errno after an event that says why. */
int dll_links_make(uint64_t hash);
/** Names of the links, for all images that are watched; false: forget them. */
void dll_links_use(bool use);

/* ---- proc/dll_clean.c ---- */
/** Removes directories that no process uses. `keep`: hash of one to leave alone, 0: none. */
void dll_links_clean(uint64_t keep);

#else

struct dll_watch;
static inline void dll_protect_init(void) {}
static inline void dll_protect_started(void) {}
static inline void dll_watch(struct dll *d) {}
static inline void dll_unwatch(struct dll *d) {}
static inline void dll_protect(bool again) {}
static inline bool dll_protect_watching(void) { return false; }
static inline bool dll_protect_linked(void) { return false; }
static inline int dll_protect_give(int (*fn)(void *, handle_t *, bool), void *arg) { return 0; }
static inline void dll_protect_publish(void) {}
static inline const uint16_t *dll_source(const struct dll *d, unsigned *units)
{
    *units = d->units;
    return d->path;
}

#endif
#endif
