/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of device names. A new device is one row (and its operations in runtime/file).
 */
#include "lib/path/device.h"

#include <string.h>

#define UNIT_MAX 999999

/* A row with `unit` N takes a decimal number after its name. */
enum { EXACT, NUMBERED };

static const struct row {
    const char *name;           /* behind /dev/ */
    uint8_t numbered;
    uint8_t hidden;             /* not shown by readdir */
    uint32_t kind;
    int32_t unit;               /* of EXACT rows */
    uint32_t major, minor;      /* NUMBERED: minor is added to the unit */
} rows[] = {
    { "null", EXACT, 0, DEVICE_NULL, 0, 1, 3 },
    { "zero", EXACT, 0, DEVICE_ZERO, 0, 1, 5 },
    { "full", EXACT, 0, DEVICE_FULL, 0, 1, 7 },
    { "random", EXACT, 0, DEVICE_RANDOM, 0, 1, 8 },
    { "urandom", EXACT, 0, DEVICE_URANDOM, 0, 1, 9 },
    { "tty", EXACT, 0, DEVICE_TTY, 0, 5, 0 },
    { "console", EXACT, 0, DEVICE_CONSOLE, -1, 5, 1 },
    { "ptmx", EXACT, 0, DEVICE_PTMX, 0, 5, 2 },
    { "stdin", EXACT, 0, DEVICE_FD, 0, 0, 0 },
    { "stdout", EXACT, 0, DEVICE_FD, 1, 0, 0 },
    { "stderr", EXACT, 0, DEVICE_FD, 2, 0, 0 },
    { "fd", EXACT, 0, DEVICE_FD_DIR, 0, 0, 0 },
    { "pts", EXACT, 0, DEVICE_PTS_DIR, 0, 0, 0 },
    { "clipboard", EXACT, 0, DEVICE_CLIPBOARD, 0, 13, 254 },
    { "windows", EXACT, 0, DEVICE_WINDOWS, 0, 13, 255 },
    { "conin", EXACT, 1, DEVICE_CONSOLE, -1, 5, 1 },
    { "conout", EXACT, 1, DEVICE_CONSOLE, -1, 5, 1 },
    { "fd/", NUMBERED, 1, DEVICE_FD, 0, 0, 0 },
    { "pts/", NUMBERED, 1, DEVICE_PTY, 0, 136, 0 },
    { "pty", NUMBERED, 1, DEVICE_PTY, 0, 136, 0 },
    { "cons", NUMBERED, 1, DEVICE_CONSOLE, 0, 3, 0 },
    { "ttyS", NUMBERED, 1, DEVICE_SERIAL, 0, 4, 64 },
};

#define ROWS (sizeof rows / sizeof *rows)

/* A decimal number without leading zeros; -1 when it is none. */
static int32_t number(const char *s, size_t n)
{
    int32_t v = 0;

    if (!n || n > 6 || (s[0] == '0' && n > 1))
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v <= UNIT_MAX ? v : -1;
}

static int in_dev(const char *s, size_t n, struct device *d)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *r = &rows[i];
        size_t len = strlen(r->name);
        int32_t unit = r->unit;

        if (n < len || memcmp(s, r->name, len) || (n > len && !r->numbered))
            continue;
        if (r->numbered) {
            unit = number(s + len, n - len);
            if (unit < 0)
                continue;
        }
        d->kind = r->kind;
        d->unit = unit;
        d->major = r->major;
        d->minor = r->minor + (r->numbered ? (uint32_t)unit : 0);
        return 1;
    }
    return 0;
}

int device_lookup(const char *path, size_t n, struct device *d)
{
    memset(d, 0, sizeof *d);
    if (n < 4 || path[0] != '/')
        return 0;
    d->used = n;
    if (n >= 14 && !memcmp(path, "/proc/cygdrive", 14) && (n == 14 || path[14] == '/'))
        return 0;   /* drives, whatever their prefix is: lib/path/convert.c */
    if (n >= 5 && !memcmp(path, "/proc", 5) && (n == 5 || path[5] == '/')) {
        d->kind = DEVICE_PROC;
        d->used = 5;
        return 1;
    }
    if (memcmp(path, "/dev", 4))
        return 0;
    if (n == 4) {
        d->kind = DEVICE_DEV_DIR;
        return 1;
    }
    return path[4] == '/' && in_dev(path + 5, n - 5, d);
}

size_t device_name(uint32_t kind, int32_t unit, char *out, size_t size)
{
    const struct row *r = NULL;
    char digits[12];
    size_t n = 0, k = sizeof digits;

    for (size_t i = 0; i < ROWS && !r; i++)
        if (rows[i].kind == kind && (rows[i].numbered || rows[i].unit == unit))
            r = &rows[i];
    if (!size)
        return 0;
    for (const char *s = "/dev/"; *s && n + 1 < size; s++)
        out[n++] = *s;
    for (const char *s = r ? r->name : "?"; *s && n + 1 < size; s++)
        out[n++] = *s;
    if (r && r->numbered) {
        uint32_t v = unit < 0 ? 0 : (uint32_t)unit;

        do
            digits[--k] = (char)('0' + v % 10);
        while (v /= 10);
        while (k < sizeof digits && n + 1 < size)
            out[n++] = digits[k++];
    }
    out[n] = 0;
    return n;
}

const char *device_entry(size_t i, uint32_t *kind)
{
    for (size_t k = 0; k < ROWS; k++) {
        if (rows[k].hidden || i--)
            continue;
        if (kind)
            *kind = rows[k].kind;
        return rows[k].name;
    }
    return NULL;
}
