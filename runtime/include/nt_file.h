/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rest of the runtime may ask of Windows about files, directories and pipes. Results are 0
 * (or a count) or negative errno, as in nt.h. */
#ifndef NT_FILE_H
#define NT_FILE_H

#include "base.h"

/* A name for the kernel: \??\C:\dir\file, or relative to the directory `root`. */
struct nt_name {
    const uint16_t *p;
    size_t n;               /* units */
    handle_t root;          /* NULL: p is absolute */
    bool case_sensitive;
    const void *sd;         /* security descriptor of a file that is made; NULL: the system decides */
};

/* ---- opening ---- */
enum nt_open {
    NT_O_READ = 1,
    NT_O_WRITE = 2,
    NT_O_ATTR = 4,          /* change attributes and times */
    NT_O_DELETE = 8,        /* delete or rename */
    NT_O_INHERIT = 0x10,
    NT_O_DIR = 0x20,        /* has to be a directory: -ENOTDIR */
    NT_O_NODIR = 0x40,      /* must not be one: -EISDIR */
    NT_O_ALONE = 0x80,      /* share nothing: -EBUSY when anybody has it open */
    NT_O_DIRECT = 0x100,    /* write-through */
    NT_O_REPARSE = 0x10000, /* a reparse point itself, not what it leads to */
    NT_O_APPEND = 0x200,    /* with NT_O_WRITE: whoever writes through the handle, writes at the end */
    NT_O_DAC = 0x400,       /* change the access list */
    NT_O_OWNER = 0x800,     /* change owner and group */
};

enum nt_disposition { NT_OPEN_EXISTING, NT_CREATE_NEW, NT_OPEN_OR_CREATE };

enum nt_attr { /* as in WIN32 headers; asserted in nt/file.c */
    NT_ATTR_READONLY = 0x1,
    NT_ATTR_HIDDEN = 0x2,
    NT_ATTR_SYSTEM = 0x4,
    NT_ATTR_DIRECTORY = 0x10,
    NT_ATTR_ARCHIVE = 0x20,
    NT_ATTR_NORMAL = 0x80,
    NT_ATTR_REPARSE = 0x400,
};

/**
 * Opens or makes a file or directory for synchronous use. Everybody may open, rename and delete it
 * meanwhile. Reparse points are opened themselves only with NT_O_DELETE or NT_O_REPARSE.
 *
 * @param attr attributes of a new file
 * @return 0, 1 when it was made new, or negative errno
 */
int nt_file_open(const struct nt_name *name, unsigned how, enum nt_disposition disp, uint32_t attr,
                 handle_t *out);
/* A second file object of the same file, with its own position. -errno where that is not possible. */
int nt_file_reopen(handle_t h, unsigned how, handle_t *out);

/* ---- information ---- */
struct nt_stat {
    uint64_t ino;
    int64_t atime, mtime, ctime, btime; /* FILETIME units; 0: unknown */
    uint64_t size, alloc;
    uint32_t attr;          /* enum nt_attr */
    uint32_t nlink;
    bool dir;
};

int nt_file_stat(handle_t h, struct nt_stat *st);
/* The same by name: open, query, close. */
int nt_name_stat(const struct nt_name *name, struct nt_stat *st);
/* Attributes and times by name alone: no inode, no links; five times faster. */
int nt_name_attr(const struct nt_name *name, struct nt_stat *st);
/* What the handle is. */
enum nt_type { NT_TYPE_UNKNOWN, NT_TYPE_DISK, NT_TYPE_PIPE, NT_TYPE_CONSOLE, NT_TYPE_NULL, NT_TYPE_CHAR };
enum nt_type nt_handle_type(handle_t h);
/* Whether operations on the handle wait by themselves; access: 1 read, 2 write (0: unknown). */
bool nt_handle_sync(handle_t h);
int nt_handle_access(handle_t h);
/* Serial number of the volume. Slow: keep it. */
int nt_volume_serial(handle_t h, uint32_t *serial);

struct nt_volume {
    uint64_t unit;          /* bytes of an allocation unit */
    uint64_t total, free, avail; /* units; avail: for this user */
    uint32_t serial;
    uint32_t name_max;      /* units */
    bool readonly, case_sensitive, acls, links;
};
int nt_volume_info(handle_t h, struct nt_volume *v);
/* Type of the file system that a folder lies on, in lower case ("ntfs"). */
int nt_volume_type(const struct nt_name *name, char *out, size_t size);
/* Whether file numbers of the open file's volume stay the same and are told; *acls: access lists are kept. */
bool nt_volume_has_ids(handle_t h, bool *acls);
struct buf;
struct wbuf;
/* NT name of an open file, appended to `out`. */
int nt_handle_name(handle_t h, struct wbuf *out);

/* ---- changing ---- */
int nt_file_truncate(handle_t h, uint64_t size);
int nt_file_allocate(handle_t h, uint64_t size);
int nt_file_flush(handle_t h);
int nt_file_set_sparse(handle_t h);
/* [from, to) becomes zeros, of a sparse file a hole. */
int nt_file_zero(handle_t h, int64_t from, int64_t to);
/* The first piece of data in [from, to): 1 and its ends, 0: none, negative errno: it cannot be told. */
int nt_file_data(handle_t h, int64_t from, int64_t to, int64_t *at, int64_t *end);
/* Times in FILETIME units, 0: leave; attr 0: leave, NT_ATTR_NORMAL: none. */
int nt_file_set_basic(handle_t h, int64_t atime, int64_t mtime, uint32_t attr);
/* Delete when the handle is closed, whoever else has the file open; -ENOSYS where the system cannot. */
int nt_file_delete_posix(handle_t h);
/* Delete when nobody has the file open any more. */
int nt_file_delete(handle_t h);
/* Rename; `to` may name an existing file when `replace`. Result -EEXIST, -EACCES for an open target. */
int nt_file_rename(handle_t h, const struct nt_name *to, bool replace);
int nt_file_link(handle_t h, const struct nt_name *to);
/* Data of a reparse point: their count or negative errno. */
int64_t nt_reparse_get(const struct nt_name *name, void *buf, size_t size);
int nt_reparse_set(handle_t h, const void *data, size_t n);

/* ---- directories of this user alone (nt/private.c) ---- */
/* The user's SID as text, appended. */
int nt_user_sid(struct buf *out);
/**
 * Opens a directory that nobody but this user, the system and administrators can write to, or makes one.
 * Links are not followed.
 * @param why receives what is wrong with one that is there already, after -EPERM
 * @return 1: made new, 0, or negative errno
 */
int nt_dir_private(const struct nt_name *name, bool create, handle_t *out, const char **why);
/* A mutex; 1: existed, and is not owned then. Owned by the thread that waited for it, or made it so. */
int nt_mutant_create(handle_t dir, const char *name, bool own, handle_t *out);
/** Waits for it to be free, in units of 100 ns; 1: who owned it has died. -ETIMEDOUT */
int nt_mutant_take(handle_t h, int64_t timeout);
void nt_mutant_release(handle_t h);

/* ---- position ---- */
int64_t nt_file_pos(handle_t h);
int nt_file_set_pos(handle_t h, int64_t pos);

/* ---- reading and writing ---- */
/* An operation that may be under way. It must stay where it is until it has ended. */
struct nt_io {
    uint64_t status, info;  /* the kernel's IO_STATUS_BLOCK */
    handle_t event;         /* signalled at the end; NULL for synchronous handles */
};

#define NT_AT_POS ((int64_t)-1)     /* at the handle's position, or for pipes */
#define NT_AT_END ((int64_t)-2)     /* append */

/* Return the count, 0 at the end of the file (a broken pipe too, when reading), or negative errno:
 * -EINPROGRESS when io->event will tell, -EAGAIN for an empty pipe that does not wait, -EPIPE. */
int64_t nt_read(handle_t h, struct nt_io *io, void *buf, size_t n, int64_t at);
int64_t nt_write(handle_t h, struct nt_io *io, const void *buf, size_t n, int64_t at);
/* Result of an operation whose event was signalled. */
int64_t nt_io_result(const struct nt_io *io, bool reading);
/* Ask for an early end; the event still comes. */
void nt_io_cancel(handle_t h, struct nt_io *io);

/* Operations for overlapped handles, with their events: from a pool of this Windows process. */
struct nt_io *nt_io_get(void);      /* NULL: no memory */
void nt_io_put(struct nt_io *io);   /* it must have ended */

/* ---- directories ---- */
struct nt_dirent {
    uint64_t ino;
    uint64_t size;
    uint32_t attr;
    const uint16_t *name;
    size_t units;
};
/* Fill buf with entries; `restart`: from the beginning. Result: 1 filled, 0 no more. */
int nt_dir_read(handle_t h, void *buf, size_t size, bool restart);
/* The entry at *at (0: first), which moves on; false: no more in this buffer. */
bool nt_dir_next(const void *buf, size_t *at, struct nt_dirent *d);

/* ---- pipes (nt/pipe.c) ---- */
/* A pipe of this process: [0] to read, [1] to write, overlapped, `size` bytes of buffer. */
int nt_pipe_create(uint64_t id, uint32_t size, bool inherit, handle_t h[2]);
/* Bytes that can be read, -EPIPE when the other end is gone and nothing is left. */
int64_t nt_pipe_available(handle_t h);
uint32_t nt_pipe_size(handle_t h); /* bytes of its buffer, 0: unknown */
int nt_pipe_state(handle_t h, uint32_t *available, bool *connected);
/* Reads of an empty pipe and writes to a full one return at once. */
int nt_pipe_set_nowait(handle_t h, bool nowait);

/* ---- random bytes (nt/random.c) ---- */
int nt_random(void *buf, size_t n);

#endif
