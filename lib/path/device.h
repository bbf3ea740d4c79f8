/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names that are not files: /dev/null and its kind, /dev/fd/N, /proc. One table gives kind and
 * device number; runtime/file has the operations for each kind.
 */
#ifndef LIB_PATH_DEVICE_H
#define LIB_PATH_DEVICE_H

#include <stddef.h>
#include <stdint.h>

/* Append only: the value goes into events and shared memory. */
enum device_kind {
    DEVICE_NONE = 0,        /* no device: a file */
    DEVICE_NULL = 1,
    DEVICE_ZERO = 2,
    DEVICE_FULL = 3,
    DEVICE_RANDOM = 4,
    DEVICE_URANDOM = 5,
    DEVICE_TTY = 6,         /* the controlling terminal */
    DEVICE_CONSOLE = 7,     /* unit: N of /dev/consN, -1 for /dev/console */
    DEVICE_PTMX = 8,
    DEVICE_PTY = 9,         /* /dev/pts/N and /dev/ptyN; unit: N */
    DEVICE_FD = 10,         /* /dev/fd/N, /dev/stdin ...; unit: N */
    DEVICE_FD_DIR = 11,     /* /dev/fd */
    DEVICE_CLIPBOARD = 12,
    DEVICE_WINDOWS = 13,
    DEVICE_DEV_DIR = 14,    /* /dev: a folder of the tree with the names here added */
    DEVICE_PTS_DIR = 15,    /* /dev/pts */
    DEVICE_PROC = 16,       /* /proc and all below; the file object takes the rest of the name */
    DEVICE_CYGDRIVE = 17,   /* the cygdrive folder; set by path_resolve, not in the table */
    DEVICE_SERIAL = 18,     /* /dev/ttySN; unit: N */
    DEVICE_KINDS
};

struct device {
    uint32_t kind;
    int32_t unit;
    uint32_t major, minor;  /* st_rdev as on Linux where it has the device */
    size_t used;            /* DEVICE_PROC: length of "/proc"; otherwise all of the name */
};

/**
 * Recognises the absolute normalised POSIX name path[0..n). Returns 1 and fills `d`, 0 when it is
 * no device. Names in /dev that are not in the table are files.
 */
int device_lookup(const char *path, size_t n, struct device *d);
/** Canonical name ("/dev/null", "/dev/pts/3"), for messages and ps; returns the length. */
size_t device_name(uint32_t kind, int32_t unit, char *out, size_t size);
/** Names in /dev, for readdir: the i-th, NULL behind the last. */
const char *device_entry(size_t i, uint32_t *kind);

#endif
