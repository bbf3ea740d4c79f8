/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host tool of the compiler driver: finishes the header of a linked image, and
 * computes the image base of a DLL from its name. It does not link anything.
 *
 *   pepatch FILE          set RELOCS_STRIPPED, clear DYNAMIC_BASE and HIGH_ENTROPY_VA, compute the
 *                         checksum: by it a forked child knows that it got its parent's builds
 *   pepatch --base NAME   print the image base for a DLL of that name
 *
 * lld 14 cannot write RELOCS_STRIPPED. Without it a DLL whose base is taken is
 * loaded elsewhere with broken pointers instead of failing (see docs/).
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BASE_FIRST 0x120000000u     /* ported DLLs lie in [BASE_FIRST, BASE_END) */
#define BASE_END 0x16f000000u
#define BASE_STEP 0x10000u

#define RELOCS_STRIPPED 0x0001u
#define DLL_FLAGS_OFF (0x0040u | 0x0020u)

/* FNV-1a over the lower-case name: the same DLL always gets the same base. */
static uint64_t base_of(const char *name)
{
    const uint64_t slots = ((uint64_t)BASE_END - BASE_FIRST) / BASE_STEP;
    uint64_t h = 0xcbf29ce484222325u;

    for (; *name; name++) {
        h ^= (uint64_t)tolower((unsigned char)*name);
        h *= 0x100000001b3u;
    }
    h ^= h >> 32;
    return BASE_FIRST + h % slots * BASE_STEP;
}

static uint32_t get(const unsigned char *p, int bytes)
{
    uint32_t v = 0;

    while (bytes-- > 0)
        v = v << 8 | p[bytes];
    return v;
}

static void put16(unsigned char *p, uint32_t v)
{
    p[0] = (unsigned char)v;
    p[1] = (unsigned char)(v >> 8);
}

/* Read or write len bytes at off; false after a short transfer or an error. */
static int at(FILE *f, long off, unsigned char *buf, size_t len, int write)
{
    if (fseek(f, off, SEEK_SET) != 0)
        return 0;
    return (write ? fwrite(buf, 1, len, f) : fread(buf, 1, len, f)) == len;
}

static void put32(unsigned char *p, uint32_t v)
{
    put16(p, v);
    put16(p + 2, v >> 16);
}

/* The checksum of PE images: 16-bit words with end-around carry, its own field left out, plus the length. */
static const char *checksum(FILE *f, long field)
{
    unsigned char buf[4096], out[4] = { 0 };
    uint32_t sum = 0;
    long size = 0;
    size_t n;

    if (!at(f, field, out, 4, 1) || fseek(f, 0, SEEK_SET) != 0)
        return "cannot write";
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0) {
        for (size_t i = 0; i < n; i += 2) {
            sum += buf[i] | (i + 1 < n ? (uint32_t)buf[i + 1] << 8 : 0);
            sum = (sum & 0xffff) + (sum >> 16);
        }
        size += (long)n;
    }
    if (ferror(f))
        return "cannot read";
    put32(out, sum + (uint32_t)size);
    return at(f, field, out, 4, 1) ? NULL : "cannot write";
}

static const char *patch(FILE *f)
{
    unsigned char buf[4];
    long pe, field;

    if (!at(f, 0, buf, 2, 0) || memcmp(buf, "MZ", 2) != 0)
        return "not a PE image";
    if (!at(f, 0x3c, buf, 4, 0))
        return "truncated image";
    pe = (long)get(buf, 4);
    if (!at(f, pe, buf, 4, 0) || memcmp(buf, "PE\0\0", 4) != 0)
        return "not a PE image";

    field = pe + 4 + 18;                        /* Characteristics */
    if (!at(f, field, buf, 2, 0))
        return "truncated image";
    put16(buf, get(buf, 2) | RELOCS_STRIPPED);
    if (!at(f, field, buf, 2, 1))
        return "cannot write";

    field = pe + 4 + 20 + 70;                   /* DllCharacteristics */
    if (!at(f, field, buf, 2, 0))
        return "truncated image";
    put16(buf, get(buf, 2) & ~DLL_FLAGS_OFF);
    if (!at(f, field, buf, 2, 1))
        return "cannot write";
    return checksum(f, pe + 4 + 20 + 64);
}

int main(int argc, char **argv)
{
    const char *err;
    FILE *f;

    if (argc == 3 && strcmp(argv[1], "--base") == 0) {
        printf("0x%llx\n", (unsigned long long)base_of(argv[2]));
        return 0;
    }
    if (argc != 2 || argv[1][0] == '-') {
        fprintf(stderr, "usage: pepatch FILE | pepatch --base NAME\n");
        return 2;
    }
    f = fopen(argv[1], "r+b");
    if (!f) {
        fprintf(stderr, "pepatch: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    err = patch(f);
    if (fclose(f) != 0 && !err)
        err = strerror(errno);
    if (err) {
        fprintf(stderr, "pepatch: %s: %s\n", argv[1], err);
        return 1;
    }
    return 0;
}
