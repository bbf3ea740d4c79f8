/* SPDX-License-Identifier: BSD-2-Clause */
/* Why an image cannot be loaded, found by looking at files as the loader of Windows does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dll.h"
#include "dll_protect.h"
#include "lib/dll/names.h"
#include "lib/pe/need.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "path.h"

struct seeker {
    struct pe_world world;
    const uint16_t *top;    /* Win32 name of the image in question */
    unsigned units;
    struct buf dir;         /* its folder */
    struct buf system;      /* Windows' own, "" if not known */
    handle_t file[2];       /* open at the same time: an image and one that it imports */
    uint64_t base;          /* of the image in question */
    uint32_t size;
    bool fixed;             /* it can lie nowhere else */
    bool address;           /* say who has its address */
    bool fresh;             /* for a new process: what is loaded here does not count */
};

static int64_t read_at(void *arg, uint64_t off, void *buf, size_t n)
{
    struct nt_io io = { 0 };

    return nt_read(*(handle_t *)arg, &io, buf, n, (int64_t)off);
}

static int open_file(struct seeker *k, const char *win32, struct pe *pe)
{
    handle_t *slot = k->file[0] ? &k->file[1] : &k->file[0];
    struct nt_name name = { 0 };
    struct wbuf nt;
    int r;

    path_wbuf(&nt);
    r = win32_to_nt(win32, &nt, NULL);
    name.p = nt.p;
    name.n = nt.len;
    if (r == 0)
        r = nt_file_open(&name, NT_O_READ | NT_O_NODIR, NT_OPEN_EXISTING, 0, slot);
    wbuf_free(&nt);
    if (r < 0)
        return r == -ENOMEM ? r : -ENOENT;
    if ((r = pe_open(pe, read_at, slot)) < 0) {
        nt_close(*slot);
        *slot = NULL;
    }
    return r;
}

static int open_in(struct seeker *k, const char *dir, size_t n, const char *dll, struct pe *pe,
                   struct buf *path)
{
    buf_cut(path, 0);
    buf_put(path, dir, n);
    if (n && dir[n - 1] != '\\')
        buf_putc(path, '\\');
    buf_puts(path, dll);
    return buf_err(path) < 0 ? -ENOMEM : open_file(k, path->p, pe);
}

/* The value of a variable of the Windows environment, appended. */
static void windows_env(const char *name, struct buf *out)
{
    const uint16_t *e = nt_environment();
    size_t n = strlen(name);

    for (; *e; e += wide_len(e) + 1) {
        size_t i = 0;

        while (i < n && wide_fold(e[i]) == wide_fold((uint8_t)name[i]))
            i++;
        if (i == n && e[n] == '=') {
            wide_to_utf8(out, e + n + 1, wide_len(e + n + 1));
            return;
        }
    }
}

static int open_on_path(struct seeker *k, const char *dll, struct pe *pe, struct buf *path)
{
    struct buf list;
    int r = -ENOENT;

    path_buf(&list);
    windows_env("PATH", &list);
    for (const char *p = list.p; p && *p && r == -ENOENT;) {
        size_t n = strcspn(p, ";");

        if (n)
            r = open_in(k, p, n, dll, pe, path);
        p += n + (p[n] == ';');
    }
    buf_free(&list);
    return r;
}

static int open_program_dir(struct seeker *k, const char *dll, struct pe *pe, struct buf *path)
{
    unsigned units;
    const uint16_t *p = nt_program_path(&units);
    struct buf text;
    int r;

    path_buf(&text);
    wide_to_utf8(&text, p, units);
    r = text.len ? open_in(k, text.p, (size_t)(dll_base_name(text.p) - text.p), dll, pe, path) : -ENOENT;
    buf_free(&text);
    return r;
}

/* In the order of LOAD_WITH_ALTERED_SEARCH_PATH: what is loaded, the DLL's folder, the system, PATH. */
static int seek(struct pe_world *w, const char *dll, const char *from, struct pe *pe, struct buf *path)
{
    struct seeker *k = w->arg;
    struct buf text;
    struct dll *d;
    int r;

    if (!*from) {
        path_buf(&text);
        wide_to_utf8(&text, k->top, k->units);
        r = open_file(k, text.p ? text.p : "", pe);
        buf_free(&text);
        if (r == 0) {
            k->base = pe->image_base;
            k->size = pe->image_size;
            k->fixed = pe->characteristics & PE_RELOCS_STRIPPED;
        }
        return r;
    }
    if (!k->fresh && (d = dll_named(dll))) {
        path_buf(&text);
        wide_to_utf8(&text, d->path, d->units);
        r = open_file(k, text.p ? text.p : "", pe);
        buf_free(&text);
        return r;
    }
    if (!strncmp(dll, "api-ms-", 7) || !strncmp(dll, "ext-ms-", 7))
        return PE_FOUND_SYSTEM;
    if ((r = open_in(k, k->dir.p ? k->dir.p : "", k->dir.len, dll, pe, path)) != -ENOENT)
        return r;
    if ((r = open_program_dir(k, dll, pe, path)) != -ENOENT)
        return r;
    if (k->system.len && (r = open_in(k, k->system.p, k->system.len, dll, pe, path)) != -ENOENT) {
        if (r == 0)
            w->close(w, pe);
        return PE_FOUND_SYSTEM;
    }
    return open_on_path(k, dll, pe, path);
}

static void close_image(struct pe_world *w, struct pe *pe)
{
    handle_t *slot = pe->arg;

    (void)w;
    nt_close(*slot);
    *slot = NULL;
}

/* Everything is there, but not its address. */
static void say_address(struct seeker *k, struct buf *why)
{
    char occupant[256];
    uint64_t at;

    if (!k->fixed || !k->size)
        return;
    for (at = k->base; at < k->base + k->size; at += 0x10000) {
        if (nt_occupant(NT_SELF, (void *)at, occupant, sizeof(occupant)) < 0 || !strcmp(occupant, "free"))
            continue;
        buf_puts(why, "its address 0x");
        buf_putx(why, at, 1);
        buf_puts(why, " is taken by ");
        buf_puts(why, occupant);
        buf_puts(why, " (link it with another -Wl,--image-base, or rename it)");
        return;
    }
}

static void look(struct seeker *k, struct buf *why)
{
    struct buf text;

    k->world.open = seek;
    k->world.close = close_image;
    k->world.alloc = path_realloc;
    k->world.arg = k;
    path_buf(&k->dir);
    path_buf(&k->system);
    path_buf(&text);
    wide_to_utf8(&text, k->top, k->units);
    windows_env("SystemRoot", &k->system);
    buf_puts(&k->system, "\\system32");
    if (text.p) {
        const char *base = dll_base_name(text.p);

        buf_put(&k->dir, text.p, (size_t)(base - text.p));
        if (pe_need(&k->world, base, why) == 0 && k->address)
            say_address(k, why);
    }
    nt_close(k->file[0]);
    nt_close(k->file[1]);
    buf_free(&text);
    buf_free(&k->dir);
    buf_free(&k->system);
}

void dll_why(const uint16_t *path, unsigned units, struct buf *why)
{
    struct seeker k = { .top = path, .units = units, .address = true };

    look(&k, why);
}

bool dll_incomplete(const uint16_t *path, unsigned units, struct buf *why)
{
    struct seeker k = { .top = path, .units = units };
    size_t before = why->len;

    look(&k, why);
    return why->len > before;
}

void dll_why_child(int32_t status, struct buf *why)
{
    static const struct {
        uint32_t status;
        const char *text;
    } table[] = {
        { 0xc0000018, "an address that one of its images needs is taken" },
        { 0xc0000135, "a DLL was not found" },
        { 0xc0000139, "a DLL lacks a function" },
        { 0xc0000142, "the initialisation of a DLL failed" },
        { 0xc000007b, "a DLL is no image for this machine" },
    };
    struct seeker k = { .fresh = true };

    k.top = dll_source(dll_list, &k.units);
    look(&k, why);
    for (size_t i = 0; i < ARRAY_SIZE(table) && !why->len; i++)
        if (table[i].status == (uint32_t)status)
            buf_puts(why, table[i].text);
}
