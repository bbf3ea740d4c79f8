/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that are devices, and names that look like them. */
#include "lib/path/device.h"
#include "tap.h"

static const struct {
    const char *name;
    uint32_t kind;
    int32_t unit;
    int same;           /* device_name gives this name */
} rows[] = {
    { "/dev/null", DEVICE_NULL, 0, 1 }, { "/dev/zero", DEVICE_ZERO, 0, 1 },
    { "/dev/full", DEVICE_FULL, 0, 1 }, { "/dev/random", DEVICE_RANDOM, 0, 1 },
    { "/dev/urandom", DEVICE_URANDOM, 0, 1 }, { "/dev/tty", DEVICE_TTY, 0, 1 },
    { "/dev/console", DEVICE_CONSOLE, -1, 1 }, { "/dev/cons3", DEVICE_CONSOLE, 3, 1 },
    { "/dev/ptmx", DEVICE_PTMX, 0, 1 }, { "/dev/pts/0", DEVICE_PTY, 0, 1 },
    { "/dev/pts/12", DEVICE_PTY, 12, 1 }, { "/dev/pty12", DEVICE_PTY, 12, 0 },
    { "/dev/stdin", DEVICE_FD, 0, 1 }, { "/dev/stdout", DEVICE_FD, 1, 1 },
    { "/dev/stderr", DEVICE_FD, 2, 1 }, { "/dev/fd/7", DEVICE_FD, 7, 1 },
    { "/dev/fd", DEVICE_FD_DIR, 0, 1 }, { "/dev/pts", DEVICE_PTS_DIR, 0, 1 },
    { "/dev", DEVICE_DEV_DIR, 0, 0 }, { "/proc", DEVICE_PROC, 0, 0 },
    { "/proc/self/stat", DEVICE_PROC, 0, 0 }, { "/dev/clipboard", DEVICE_CLIPBOARD, 0, 1 },
    { "/dev/windows", DEVICE_WINDOWS, 0, 1 }, { "/dev/ttyS1", DEVICE_SERIAL, 1, 1 },
    { "/dev/nul", DEVICE_NONE, 0, 0 }, { "/dev/nullx", DEVICE_NONE, 0, 0 },
    { "/dev/null/x", DEVICE_NONE, 0, 0 }, { "/devx", DEVICE_NONE, 0, 0 },
    { "/procx", DEVICE_NONE, 0, 0 }, { "/dev/fd/", DEVICE_NONE, 0, 0 },
    { "/dev/fd/07", DEVICE_NONE, 0, 0 }, { "/dev/fd/-1", DEVICE_NONE, 0, 0 },
    { "/dev/fd/9999999", DEVICE_NONE, 0, 0 }, { "/dev/pts/1x", DEVICE_NONE, 0, 0 },
    { "/dev/", DEVICE_NONE, 0, 0 }, { "/", DEVICE_NONE, 0, 0 }, { "", DEVICE_NONE, 0, 0 },
    { "/Dev/null", DEVICE_NONE, 0, 0 },
};

int main(void)
{
    struct device d;
    char name[40];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int r = device_lookup(rows[i].name, strlen(rows[i].name), &d);

        test("device '%s'", rows[i].name);
        CHECK_EQ(rows[i].kind != DEVICE_NONE, r);
        if (r) {
            CHECK_EQ(rows[i].kind, d.kind);
            CHECK_EQ(rows[i].unit, d.unit);
        }
        if (rows[i].same) {
            size_t n = device_name(d.kind, d.unit, name, sizeof name);

            CHECK_STR(rows[i].name, name);
            CHECK_EQ(strlen(name), n);
        }
    }
    test("a name is cut to the room there is");
    CHECK_EQ(5, device_name(DEVICE_PTY, 12, name, 6));
    CHECK_STR("/dev/", name);
    test("entries of /dev");
    CHECK_STR("null", device_entry(0, NULL));
    for (size_t i = 0; device_entry(i, NULL); i++)
        CHECK(!strchr(device_entry(i, NULL), '/'));
    return test_done();
}
