/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline on shared memory that another process has filled with anything, and on any input:
 * nothing outside of it is touched, and what comes out is bounded. */
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/ttydefaults.h>
#include <termios.h>
#include <wchar.h>

/* newlib's names for what glibc has under others */
#ifndef CRPRNT
#define CRPRNT CREPRINT
#endif
#ifndef CFLUSH
#define CFLUSH CDISCARD
#endif
#define wint_t unsigned
static int __wcwidth(unsigned c)
{
    return c >= 0x300 && c < 0x370 ? 0 : c >= 0x1100 && c < 0x1160 ? 2 : 1;
}

#include "fuzz.h"
#include "runtime/tty/ldisc.c"
#include "runtime/tty/ldisc_out.c"

/* Does what the bytes say. */
static void play(struct shm_tty *t, const uint8_t *data, size_t size)
{
    char buf[300];
    struct buf echo;

    buf_init(&echo, fuzz_mem, NULL, 0);
    for (size_t i = 0; i < size; i++) {
        uint8_t c = data[i];

        ldisc_check(t);
        switch (c & 0xf0) {
        case 0xf0: {
            int64_t n = ldisc_read(t, buf, (size_t)(c & 15) * 20);

            MUST(n == -EAGAIN || (n >= 0 && n <= (c & 15) * 20));
            break;
        }
        case 0xe0: {
            struct shm_termios to = t->termios;

            to.lflag ^= 1u << (c & 15);
            to.oflag ^= i + 1 < size ? data[i + 1] : 0;
            to.iflag ^= i + 2 < size ? data[i + 2] << 8 : 0;
            ldisc_set(t, &to);
            break;
        }
        case 0xd0:
            MUST(ldisc_out_get(t, buf, sizeof(buf)) <= sizeof(buf));
            break;
        default:
            ldisc_input(t, c, &echo);
            ldisc_out_put(t, echo.p, echo.len);
            buf_cut(&echo, 0);
        }
        MUST(ldisc_ready(t) <= SHM_TTY_QUEUE);
        MUST(ldisc_available(t) <= (int)SHM_TTY_QUEUE);
    }
    buf_free(&echo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shm_tty *t = calloc(1, sizeof(*t));

    ldisc_init(t);
    t->flags = SHM_TTY_MASTER;
    play(t, data, size);
    memset(t->queue, 0x5a, sizeof(t->queue));
    for (size_t i = 0; i < sizeof(*t) && size; i += i < 200 ? 1 : 4096)
        ((uint8_t *)t)[i] = data[i % size];
    play(t, data, size);
    free(t);
    return 0;
}
