/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection, what of it is pure: which file an image was loaded from and whether the same one still
 * stands at its name; the names of the directories with links, and of the mutexes that guard them. */
#ifndef LIB_DLL_IDENTITY_H
#define LIB_DLL_IDENTITY_H

#include <stdint.h>

#include "lib/text/buf.h"

/** A file, whatever its name. Times are FILETIMEs; ctime 0: the file system has none. */
struct dll_identity {
    uint64_t ino;
    uint64_t volume;
    uint64_t size;
    int64_t mtime;
    int64_t ctime;          /* changes with its links and names, too */
};

/* The number is the value of field `change` in event dll_compared. Append only. */
enum dll_change {
    DLL_SAME,               /* the file, unchanged */
    DLL_TOUCHED,            /* the file, with another time of change: perhaps only linked or renamed back */
    DLL_OVERWRITTEN,        /* the file, with other contents: what was loaded is lost */
    DLL_REPLACED,           /* another file stands there */
    DLL_RENAMED,            /* nothing stands there, the file has another name */
    DLL_REMOVED,            /* nothing stands there, the file has no name any more */
    DLL_CHANGES
};

/** A word for it, as in traces. */
const char *dll_change_name(unsigned change);

/**
 * First stage: by what can be had without opening a file.
 * @param now  identity of what stands at the name; ino and volume do not count
 * @return 1: the same file, 0: has to be opened to know
 */
int dll_same_at_a_glance(const struct dll_identity *known, const struct dll_identity *now);

/** Second stage: both complete. `same_contents`: the stamp of what stands there is the image's. */
enum dll_change dll_compare(const struct dll_identity *known, const struct dll_identity *now,
                            int same_contents);

/** Whether a child has to be created from links because of it. */
int dll_change_matters(enum dll_change c);

/** What a system and the file system can do. */
struct dll_abilities {
    uint8_t hard_links;
    uint8_t posix_delete;   /* a name of a mapped file can be removed */
    uint8_t wine;           /* links what stands at the old name, not the open file */
};

/** Why children get a copy of an image, `c` being what became of its file; NULL: they get a link. */
const char *dll_why_copied(const struct dll_abilities *a, enum dll_change c);

#define DLL_HASH_START 0xcbf29ce484222325ull

/** Adds one image to the hash over all identities of a process: ino, volume, size, mtime, and its name. */
uint64_t dll_hash_file(uint64_t h, const struct dll_identity *id, const uint16_t *name, size_t units);
/** Hash of a name, ASCII letters in lower case: for the folder of a DLL that was opened. */
uint64_t dll_hash_name(uint64_t h, const uint16_t *name, size_t units);

/** Name of the directory for a process: PROGRAM-HASH, 16 digits. Appends. */
void dll_directory_name(struct wbuf *out, const uint16_t *program, size_t units, uint64_t hash);
/** The hash in a directory's name; 0: the name is none of a directory of fork protection. */
uint64_t dll_directory_hash(const uint16_t *name, size_t units);
/** Name of the mutex of a user's directory, relative to the installation's object directory. Appends. */
void dll_mutex_name(struct buf *out, const char *sid, uint64_t hash);

#endif
