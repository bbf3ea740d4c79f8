/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Core files: ELF, as gdb reads them for Windows programs, with notes of our own that hold what only
 * Isthmus knows (process section, trace ring, cause). Pure; the reader believes nothing.
 */
#ifndef LIB_DEBUG_CORE_H
#define LIB_DEBUG_CORE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

#define CORE_NOTE_WIN32 18      /* of gdb; its name begins with "win32" */
#define CORE_WIN32_PROCESS 1    /* u32 1, pid, signal */
#define CORE_WIN32_THREAD  2    /* u32 2, tid, active; CONTEXT */
#define CORE_WIN32_MODULE  4    /* u32 4; u64 base; u32 length; name */

#define CORE_OWNER "Isthmus"    /* name of our notes */
enum core_note_type {
    CORE_NOTE_INFO = 1,         /* lines "key: value" */
    CORE_NOTE_PROC = 2,         /* the process section, lib/abi/shm.h */
    CORE_NOTE_RING = 3,         /* the flight recorder, lib/abi/trace.h */
    CORE_NOTE_MAP = 4,          /* struct core_map[] */
    CORE_NOTE_CAUSE = 5,        /* struct core_cause */
};

struct core_map {
    uint64_t base, size, allocation;
    uint32_t protect, type;
    uint64_t stored;            /* bytes that are in the file */
};

/* Why the process ended, if it did. */
struct core_cause {
    uint32_t tid, signal;
    int32_t code;               /* si_code */
    uint32_t status;            /* NTSTATUS of the exception, 0: none */
    uint64_t address, ip;       /* si_addr; where it happened */
};

/** A run of memory: `stored` bytes of its `size` are in the file, the rest is not. */
struct core_segment {
    uint64_t base, size, stored;
    uint32_t flags;             /* of ELF: 4 read, 2 write, 1 execute */
    uint64_t off;               /* result: where they are */
};

/** Appends a note; its contents are the two parts, the second may be empty. */
void core_note(struct buf *b, const char *name, uint32_t type, const void *part1, size_t n1,
               const void *part2, size_t n2);
/**
 * Appends the whole beginning of a core: header, table of segments, notes, padding. Gives each segment
 * its place. Returns the size of the file, 0: too many segments.
 */
uint64_t core_begin(struct buf *b, const struct buf *notes, struct core_segment *v, size_t n);

/* ---- reading ---- */

struct core {
    const unsigned char *bytes;
    uint64_t size;
    uint32_t nseg;
    uint64_t seg_table;
    uint32_t last; /* segment that was read last */
    const char *why;
};

struct core_item {
    const char *name; /* NUL-terminated */
    uint32_t type;
    const unsigned char *data;
    size_t size;
};

/** Checks the header of a file in memory: 0, or -ENOEXEC with c->why. */
int core_open(struct core *c, const void *bytes, uint64_t size);
/** The next note; *at begins with 0. 1, or 0 at the end or where the notes are damaged. */
int core_next_note(const struct core *c, uint64_t *at, struct core_item *item);
/** Segment i < c->nseg; one that lies outside of the file has stored = 0. 0 or -1. */
int core_segment_at(const struct core *c, uint32_t i, struct core_segment *s);
/** debug_read_fn with the core as argument. */
int core_read(void *core, uint64_t addr, void *buf, size_t n);

#endif
