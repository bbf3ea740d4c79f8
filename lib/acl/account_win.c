/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of accounts, for the native tools. /etc/passwd and /etc/group of the tree come first. */
#ifdef _WIN32
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <lm.h>

#include "lib/acl/file_win.h"
#include "lib/path/name_win.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

static bool from_token(TOKEN_INFORMATION_CLASS what, struct sid *out)
{
    union {
        TOKEN_USER user;            /* both begin with the pointer to the identifier */
        TOKEN_PRIMARY_GROUP group;
        char room[256];
    } info;
    HANDLE t;
    DWORD n;
    bool ok;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &t))
        return false;
    ok = GetTokenInformation(t, what, &info, sizeof info, &n)
         && sid_read(out, *(void **)&info, sizeof *out) > 0;
    CloseHandle(t);
    return ok;
}

void account_self(struct sid *user, struct sid *group)
{
    if (!from_token(TokenUser, user) || !from_token(TokenPrimaryGroup, group))
        tool_die(1, "the system does not say who you are");
}

static const struct sid *home(void)
{
    static struct sid user, group;

    if (!user.rev)
        account_self(&user, &group);
    return &user;
}

/* ---- /etc/passwd and /etc/group ---- */

static char *read_file(bool group)
{
    static char *texts[2];
    static bool read[2];
    const char *why;
    struct buf name;
    struct wbuf wide;
    FILE *f;

    if (read[group])
        return texts[group];
    read[group] = true;
    buf_init(&name, tool_realloc, NULL, 0);
    wbuf_init(&wide, tool_realloc, NULL, 0);
    if (tool_file_name(&name, group ? "/etc/group" : "/etc/passwd", &why) < 0)
        return NULL;
    utf8_to_wide(&wide, name.p, name.len);
    wbuf_putc(&wide, 0);
    f = _wfopen((const wchar_t *)wide.p, L"rb");
    buf_free(&name);
    wbuf_free(&wide);
    if (f) {
        struct buf all;
        char piece[4096];
        size_t n;

        buf_init(&all, tool_realloc, NULL, 0);
        while ((n = fread(piece, 1, sizeof piece, f)) > 0)
            buf_put(&all, piece, n);
        fclose(f);
        texts[group] = all.p;
    }
    return texts[group];
}

struct row {
    const char *name;
    size_t n;
    uint32_t id;
    struct sid sid;             /* rev 0: none */
};

/* The line at *at, which moves on; false: no more. */
static bool next_row(const char **at, bool group, struct row *row)
{
    const char *p = *at, *field[7];
    size_t len[7] = { 0 };

    for (; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
        size_t line = strcspn(p, "\r\n"), from = 0;
        int n = 0;

        for (size_t i = 0; i <= line && n < 7; i++) {
            if (i < line && (p[i] != ':' || n == 6))
                continue;
            field[n] = p + from;
            len[n++] = i - from;
            from = i + 1;
        }
        if (n < 3 || *p == '#')
            continue;
        row->name = field[0];
        row->n = len[0];
        row->id = (uint32_t)strtoul(field[2], NULL, 10);
        row->sid.rev = 0;
        for (size_t i = 0; !group && n > 4 && i + 4 < len[4]; i++)
            if (!memcmp(field[4] + i, "S-1-", 4)) {
                size_t e = i;

                while (e < len[4] && field[4][e] != ',')
                    e++;
                if (sid_parse(field[4] + i, e - i, &row->sid) < 0)
                    row->sid.rev = 0;
                break;
            }
        if (group && sid_parse(field[1], len[1], &row->sid) < 0)
            row->sid.rev = 0;
        *at = p + line;
        *at += strspn(*at, "\r\n");
        return true;
    }
    return false;
}

/* ---- the system ---- */

static int by_system(const char *name, struct sid *out)
{
    struct wbuf w;
    WCHAR domain[257];
    char sid[sizeof(struct sid)];
    DWORD n = sizeof sid, d = 257;
    SID_NAME_USE use;
    BOOL ok;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, name, strlen(name));
    wbuf_putc(&w, 0);
    ok = LookupAccountNameW(NULL, (LPCWSTR)w.p, sid, &n, domain, &d, &use) && use != SidTypeDomain
         && sid_read(out, sid, sizeof sid) > 0;
    wbuf_free(&w);
    return ok ? 0 : -ENOENT;
}

int account_lookup(void *ctx, bool group, const char *name, size_t n, struct sid *out)
{
    const char *at = read_file(group);
    struct row row;
    struct buf b;
    int r = -ENOENT;

    if (sid_parse(name, n, out) == 0)
        return 0;
    while (next_row(&at, group, &row)) {
        if (row.n != n || _strnicmp(row.name, name, n))
            continue;
        *out = row.sid;
        return row.sid.rev ? 0 : sid_from_id(home(), row.id, out);
    }
    buf_init(&b, tool_realloc, NULL, 0);
    buf_put(&b, name, n);
    if (n && strspn(b.p, "0123456789") == n) {
        uint32_t id = (uint32_t)strtoul(b.p, NULL, 10);

        r = sid_from_id(home(), id, out);
        for (at = read_file(group); r < 0 && next_row(&at, group, &row);)
            if (row.id == id && row.sid.rev) {
                *out = row.sid;
                r = 0;
            }
    } else if (n) {
        r = sid_of_known_name(b.p, out) == 0 ? 0 : by_system(b.p, out);
    }
    buf_free(&b);
    return r < 0 ? -ENOENT : 0;
}

void account_print(void *ctx, bool group, const struct sid *s, struct buf *out)
{
    const char *at = read_file(group), *known = sid_known_name(s);
    WCHAR name[257], domain[257];
    DWORD n = 257, d = 257;
    SID_NAME_USE use;
    struct row row;

    while (next_row(&at, group, &row)) {
        if (row.sid.rev ? !sid_equal(&row.sid, s) : row.id != sid_to_id(home(), s))
            continue;
        buf_put(out, row.name, row.n);
        return;
    }
    if (known)
        buf_puts(out, known);
    else if (LookupAccountSidW(NULL, (PSID)s, name, &n, domain, &d, &use))
        wide_to_utf8(out, (const uint16_t *)name, n);
    else
        buf_putu(out, sid_to_id(home(), s));
}

/* ---- all accounts ---- */

struct net {                    /* netapi32, which few systems lack and Wine has in parts */
    NET_API_STATUS(WINAPI *users)(LPCWSTR, DWORD, DWORD, LPBYTE *, DWORD, LPDWORD, LPDWORD, LPDWORD);
    NET_API_STATUS(WINAPI *groups)(LPCWSTR, DWORD, LPBYTE *, DWORD, LPDWORD, LPDWORD, PDWORD_PTR);
    NET_API_STATUS(WINAPI *release)(LPVOID);
};

static bool load(struct net *net)
{
    HMODULE m = LoadLibraryA("netapi32.dll");

    net->users = m ? (void *)GetProcAddress(m, "NetUserEnum") : NULL;
    net->groups = m ? (void *)GetProcAddress(m, "NetLocalGroupEnum") : NULL;
    net->release = m ? (void *)GetProcAddress(m, "NetApiBufferFree") : NULL;
    return net->users && net->groups && net->release;
}

static void one(account_fn *fn, void *arg, const WCHAR *name, const WCHAR *comment)
{
    struct buf n, c;
    struct sid s;

    buf_init(&n, tool_realloc, NULL, 0);
    buf_init(&c, tool_realloc, NULL, 0);
    wide_to_utf8(&n, (const uint16_t *)name, wcslen(name));
    if (comment)
        wide_to_utf8(&c, (const uint16_t *)comment, wcslen(comment));
    if (by_system(n.p, &s) == 0)
        fn(arg, n.p, &s, c.p ? c.p : "");
    buf_free(&n);
    buf_free(&c);
}

unsigned long account_each(bool group, account_fn *fn, void *arg)
{
    NET_API_STATUS st;
    DWORD got = 0, total, resume = 0;
    DWORD_PTR resume_group = 0;
    struct net net;

    if (!load(&net))
        return ERROR_PROC_NOT_FOUND;
    do {
        LPBYTE data = NULL;

        st = group ? net.groups(NULL, 1, &data, MAX_PREFERRED_LENGTH, &got, &total, &resume_group)
                   : net.users(NULL, 10, FILTER_NORMAL_ACCOUNT, &data, MAX_PREFERRED_LENGTH, &got, &total, &resume);
        if (st != NERR_Success && st != ERROR_MORE_DATA)
            break;
        for (DWORD i = 0; data && i < got; i++) {
            if (group)
                one(fn, arg, ((LOCALGROUP_INFO_1 *)data)[i].lgrpi1_name, ((LOCALGROUP_INFO_1 *)data)[i].lgrpi1_comment);
            else
                one(fn, arg, ((USER_INFO_10 *)data)[i].usri10_name, ((USER_INFO_10 *)data)[i].usri10_full_name);
        }
        if (data)
            net.release(data);
    } while (st == ERROR_MORE_DATA);
    return st;
}
#else
typedef int account_win_unused;
#endif
