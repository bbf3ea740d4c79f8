/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of runtime/path only. */
#ifndef PATH_INT_H
#define PATH_INT_H

#include "path.h"

/** The working directory's POSIX name, held until cwd_let. */
const char *cwd_hold(void);
void cwd_let(void);
/** Address of the pointer to the name: the same in all processes, for those who read the memory of others. */
uintptr_t cwd_slot(void);
/** Makes `posix` the working directory, whatever it is; no memory: leaves it. */
void cwd_replace(const char *posix);

/* ---- chroot (root.c) ---- */

/** Whether the root is another one than the tree's. */
bool root_set(void);
/** Name in the whole tree of the program's name posix[0..n). -ENOENT for a server's name. */
int root_outside(const char *posix, size_t n, struct buf *out);
/** The opposite, in place; -ENOENT and an event for what is outside. Nothing without chroot. */
int root_inside(struct buf *posix);
/** path_to_nt of a name as the program sees it. */
int path_posix_to_nt(const char *posix, size_t n, struct wbuf *nt, struct path_match *m);
/** Around a fork. */
void root_hold(bool hold);

/* ---- symbolic links (link.c) ---- */

struct nt_probe;
/** Whether p, of which `found` is known, is a link: 1 and its target, 0, or negative errno. */
int link_read(const struct path *p, const struct nt_probe *found, struct buf *target);
/** The same for a name with .lnk appended. */
int link_read_shortcut(const struct path *p, const struct nt_probe *found, struct buf *target);

/* ---- names that are not there (missing.c) ---- */

/** Whether it is certain, without looking, that the folder of this name has no such entry. */
bool missing_known(const uint16_t *nt, size_t n);
/** A look-up found the folder but not the name. */
void missing_note(const uint16_t *nt, size_t n);
/** Around a fork. */
void missing_hold(bool hold);

#endif
