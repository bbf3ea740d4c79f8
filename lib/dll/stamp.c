/* SPDX-License-Identifier: BSD-2-Clause */
/* The stamp of a PE image. */
#include "lib/dll/stamp.h"

#include <errno.h>

enum { /* offsets, from the signature on but the first */
    LFANEW = 0x3c, TIME = 8, ENTRY = 24 + 16, IMAGE_SIZE = 24 + 56, CHECKSUM = 24 + 64, NEEDED = 24 + 68,
};

static uint32_t get32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int dll_stamp(const void *image, size_t n, uint32_t stamp[DLL_STAMP_WORDS])
{
    const unsigned char *p = image;
    uint32_t at;

    if (n < LFANEW + 4 || p[0] != 'M' || p[1] != 'Z')
        return -ENOEXEC;
    at = get32(p + LFANEW);
    if (at > n || n - at < NEEDED || get32(p + at) != 0x4550) /* PE\0\0 */
        return -ENOEXEC;
    p += at;
    stamp[0] = get32(p + TIME);
    stamp[1] = get32(p + CHECKSUM);
    stamp[2] = get32(p + IMAGE_SIZE);
    stamp[3] = get32(p + ENTRY);
    return 0;
}
