/* SPDX-License-Identifier: BSD-2-Clause */
/* Cores: what is written is read again; damaged ones end in words. */
#include <stdlib.h>
#include <string.h>

#include "lib/debug/core.h"
#include "tap.h"

static void *plain_realloc(void *old, size_t size)
{
    if (!size) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

static uint64_t make(struct buf *b)
{
    struct core_segment seg[2] = { { 0x10000, 0x3000, 0x2000, 6, 0 }, { 0x80000000000ull, 0x1000, 0x1000, 4, 0 } };
    struct buf notes;
    uint64_t size;

    buf_init(&notes, plain_realloc, NULL, 0);
    core_note(&notes, "win32process", CORE_NOTE_WIN32, "\1\0\0\0\7\0\0\0\13\0\0\0", 12, NULL, 0);
    core_note(&notes, CORE_OWNER, CORE_NOTE_INFO, "abc", 3, "de", 2);
    size = core_begin(b, &notes, seg, 2);
    CHECK_EQ(b->len, seg[0].off);
    for (unsigned i = 0; i < 0x2000; i++)
        buf_putc(b, (char)(i >> 8));
    buf_pad(b, 'x', 0x1000);
    CHECK_EQ(size, b->len);
    buf_free(&notes);
    return size;
}

static void round_trip(struct buf *b, uint64_t size)
{
    struct core_item note;
    struct core c;
    uint64_t at = 0;
    char text[16];

    test("notes and memory are found again");
    CHECK_EQ(0, core_open(&c, b->p, size));
    CHECK_EQ(1, core_next_note(&c, &at, &note));
    CHECK(!strcmp(note.name, "win32process") && note.type == CORE_NOTE_WIN32 && note.size == 12);
    CHECK_EQ(1, core_next_note(&c, &at, &note));
    CHECK(!strcmp(note.name, CORE_OWNER) && note.size == 5 && !memcmp(note.data, "abcde", 5));
    CHECK_EQ(0, core_next_note(&c, &at, &note));
    CHECK_EQ(0, core_read(&c, 0x10ffc, text, 8));
    CHECK(!memcmp(text, "\x0f\x0f\x0f\x0f\x10\x10\x10\x10", 8));
    CHECK_EQ(0, core_read(&c, 0x80000000ffcull, text, 4));
    CHECK(!memcmp(text, "xxxx", 4));
    test("what was not stored cannot be read");
    CHECK_EQ(-1, core_read(&c, 0x11ffc, text, 8));
    CHECK_EQ(-1, core_read(&c, 0x12000, text, 1));
    CHECK_EQ(-1, core_read(&c, 0, text, 1));
}

static void try(const char *p, size_t n)
{
    struct core_item note;
    struct core c;
    uint64_t at = 0;
    char text[8];

    if (core_open(&c, p, n) < 0) {
        CHECK(c.why != NULL);
        return;
    }
    while (core_next_note(&c, &at, &note))
        CHECK(note.data + note.size <= (const unsigned char *)p + n);
    core_read(&c, 0x10100, text, sizeof text);
}

static void damage(struct buf *b)
{
    test("cut anywhere, and with any byte of the headers changed: no access outside");
    for (size_t n = 0; n < 1024; n++) {
        char *copy = malloc(n ? n : 1);

        memcpy(copy, b->p, n);
        try(copy, n);
        free(copy);
    }
    srand(2);
    for (int i = 0; i < 20000; i++) {
        char *copy = malloc(4096);

        memcpy(copy, b->p, 4096);
        for (int k = rand() % 4; k >= 0; k--)
            copy[rand() % 400] = (char)rand();
        try(copy, 4096);
        free(copy);
    }
}

int main(void)
{
    struct buf b;
    uint64_t size;

    buf_init(&b, plain_realloc, NULL, 0);
    size = make(&b);
    round_trip(&b, size);
    damage(&b);
    buf_free(&b);
    return test_done();
}
