/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading JSON lines back into records: a reader for the objects that format_json.c writes, and the way
 * from words back to numbers. */
#include <string.h>

#include "trace/replay.h"

/* ---- values ---- */

#define MAX_MEMBERS 40u

enum kind { NONE, NUMBER, STRING, WORD, ARRAY, OBJECT };

/* A member of an object; text between the quotes or brackets, as it stands. */
struct member {
    const char *key;
    size_t keylen;
    enum kind kind;
    const char *s;
    size_t n;
};

struct object {
    struct member v[MAX_MEMBERS];
    size_t n;
};

static const char *blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
        p++;
    return p;
}

/* Behind the string that begins at p; NULL: it does not end. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end; p++) {
        if (*p == '\\')
            p++;
        else if (*p == '"')
            return p + 1;
    }
    return NULL;
}

/* Behind the bracket that closes the one at p. */
static const char *bracket_end(const char *p, const char *end)
{
    int depth = 0;

    while (p < end) {
        if (*p == '"') {
            if (!(p = string_end(p, end)))
                return NULL;
            continue;
        }
        if (*p == '[' || *p == '{')
            depth++;
        else if ((*p == ']' || *p == '}') && !--depth)
            return p + 1;
        p++;
    }
    return NULL;
}

static const char *value_read(struct member *m, const char *p, const char *end)
{
    const char *q;

    if (p >= end)
        return NULL;
    if (*p == '"') {
        m->kind = STRING;
        q = string_end(p, end);
        m->s = p + 1;
        m->n = q ? (size_t)(q - p - 2) : 0;
    } else if (*p == '[' || *p == '{') {
        m->kind = *p == '[' ? ARRAY : OBJECT;
        q = bracket_end(p, end);
        m->s = p;
        m->n = q ? (size_t)(q - p) : 0;
    } else {
        for (q = p; q < end && *q != ',' && *q != '}' && *q != ']' && *q != ' '; q++)
            ;
        m->kind = *p == '-' || (*p >= '0' && *p <= '9') ? NUMBER : WORD;
        m->s = p;
        m->n = (size_t)(q - p);
    }
    return q;
}

static bool object_read(struct object *o, const char *p, const char *end)
{
    o->n = 0;
    p = blanks(p, end);
    if (p >= end || *p++ != '{')
        return false;
    for (;;) {
        struct member *m = &o->v[o->n];
        const char *q;

        p = blanks(p, end);
        if (p < end && *p == '}')
            return true;
        if (o->n == MAX_MEMBERS || p >= end || *p != '"' || !(q = string_end(p, end)))
            return false;
        m->key = p + 1;
        m->keylen = (size_t)(q - p - 2);
        p = blanks(q, end);
        if (p >= end || *p != ':')
            return false;
        p = value_read(m, blanks(p + 1, end), end);
        if (!p)
            return false;
        o->n++;
        p = blanks(p, end);
        if (p < end && *p == ',')
            p++;
    }
}

static const struct member *get(const struct object *o, const char *key)
{
    size_t n = strlen(key);

    for (size_t i = 0; i < o->n; i++)
        if (o->v[i].keylen == n && !memcmp(o->v[i].key, key, n))
            return &o->v[i];
    return NULL;
}

/* ---- numbers ---- */

static int64_t to_number(const char *s, size_t n)
{
    bool neg = n && *s == '-';
    uint64_t v = 0;
    size_t i = neg;
    unsigned base = 10;

    if (n > i + 1 && s[i] == '0' && (s[i + 1] | 32) == 'x') {
        base = 16;
        i += 2;
    }
    for (; i < n; i++) {
        unsigned c = (unsigned char)s[i], d = c - '0' < 10 ? c - '0' : (c | 32) - 'a' < 6 ? (c | 32) - 'a' + 10 : 99;

        if (d >= base)
            break;
        v = v * base + d;
    }
    return (int64_t)(neg ? 0 - v : v);
}

static uint64_t to_octal(const char *s, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n && s[i] >= '0' && s[i] <= '7'; i++)
        v = v * 8 + (unsigned)(s[i] - '0');
    return v;
}

/* A decimal with a point, times 10^digits. */
static uint64_t to_fixed(const char *s, size_t n, unsigned digits)
{
    uint64_t v = 0;
    size_t i = 0;

    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
        v = v * 10 + (unsigned)(s[i] - '0');
    i += i < n && s[i] == '.';
    for (unsigned k = 0; k < digits; k++) {
        unsigned d = i < n && s[i] >= '0' && s[i] <= '9' ? (unsigned)(s[i++] - '0') : 0;

        v = v * 10 + d;
    }
    return v;
}

static bool table_value(const struct trace_table *t, const char *s, size_t n, int64_t *v)
{
    for (size_t i = 0; i < t->count; i++)
        if (strlen(t->rows[i].name) == n && !memcmp(t->rows[i].name, s, n)) {
            *v = t->rows[i].value;
            return true;
        }
    return false;
}

static int64_t to_signal(const char *s, size_t n)
{
    int64_t v;

    if (table_value(&trace_table_sig, s, n, &v))
        return v;
    return n > 6 && !memcmp(s, "SIGRT_", 6) ? 32 + to_number(s + 6, n - 6) : to_number(s, n);
}

/* Names with | between them. */
static int64_t to_flags(const struct trace_table *t, const char *s, size_t n)
{
    int64_t v = 0, one;

    for (size_t i = 0, k; i < n; i += k + 1) {
        for (k = 0; i + k < n && s[i + k] != '|'; k++)
            ;
        if (table_value(t, s + i, k, &one))
            v |= one;
        else
            v |= to_number(s + i, k);
    }
    return v;
}

static int64_t to_stmode(const char *s, size_t n)
{
    static const struct {
        const char *name;
        int64_t bits;
    } types[] = { { "S_IFIFO|", 0010000 }, { "S_IFCHR|", 0020000 }, { "S_IFDIR|", 0040000 },
                  { "S_IFBLK|", 0060000 }, { "S_IFREG|", 0100000 }, { "S_IFLNK|", 0120000 },
                  { "S_IFSOCK|", 0140000 } };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t k = strlen(types[i].name);

        if (n >= k && !memcmp(s, types[i].name, k))
            return types[i].bits | (int64_t)to_octal(s + k, n - k);
    }
    return (int64_t)to_octal(s, n);
}

static uint64_t to_sigset(const char *s, size_t n)
{
    bool not = n && *s == '{';
    uint64_t set = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = i + 1;

        if (s[i] != '"')
            continue;
        while (k < n && s[k] != '"')
            k++;
        if (!(k - i - 1 == 3 && !memcmp(s + i + 1, "not", 3))) {
            int64_t sig = to_signal(s + i + 1, k - i - 1);

            if (sig >= 1 && sig <= 64)
                set |= 1ull << (sig - 1);
        }
        i = k;
    }
    return not ? ~set : set;
}

static int64_t to_status(const char *s, size_t n)
{
    struct object o;
    const struct member *m;

    if (!object_read(&o, s, s + n))
        return 0;
    if ((m = get(&o, "exited")))
        return (to_number(m->s, m->n) & 0xff) << 8;
    if ((m = get(&o, "killed")))
        return (to_signal(m->s, m->n) & 0x7f) | (get(&o, "core") ? 0x80 : 0);
    if ((m = get(&o, "stopped")))
        return (to_signal(m->s, m->n) & 0xff) << 8 | 0x7f;
    return get(&o, "continued") ? 0xffff : 0;
}

/* A name or, in words, "errno 1234". */
static int64_t to_errno(const char *s, size_t n)
{
    int64_t v;

    if (table_value(&trace_table_errno, s, n, &v))
        return v;
    return n > 6 && !memcmp(s, "errno ", 6) ? to_number(s + 6, n - 6) : to_number(s, n);
}

static int64_t to_value(const struct trace_field *f, const struct member *m)
{
    switch (f->meaning) {
    case TRACE_MEAN_DUR:
        return (int64_t)to_fixed(m->s, m->n, 3);
    case TRACE_MEAN_WSTATUS:
        return to_status(m->s, m->n);
    case TRACE_MEAN_ERRNO:
        return m->kind == STRING ? to_errno(m->s, m->n) : 0;
    case TRACE_MEAN_NTSTATUS:
        return m->kind == STRING ? to_flags(&trace_table_ntstatus, m->s, m->n) : 0;
    case TRACE_MEAN_SIGSET:
        return (int64_t)to_sigset(m->s, m->n);
    case TRACE_MEAN_DIRFD:
        return m->kind == STRING ? -2 : to_number(m->s, m->n);
    case TRACE_MEAN_MODE:
        return (int64_t)to_octal(m->s, m->n);
    case TRACE_MEAN_STMODE:
        return to_stmode(m->s, m->n);
    case TRACE_MEAN_SIGHANDLER:
        return m->n == 7 && !memcmp(m->s, "SIG_IGN", 7) ? 1 : to_number(m->s, m->n);
    case TRACE_MEAN_BOOL:
        return m->n && *m->s == 't';
    case TRACE_MEAN_TABLE:
        return f->table == &trace_table_sig ? to_signal(m->s, m->n) : to_flags(f->table, m->s, m->n);
    case TRACE_MEAN_RET:
        if (m->kind == STRING && m->n > 3)
            return -to_errno(m->s + 3, m->n - 3);
        return to_number(m->s, m->n);
    default:
        return to_number(m->s, m->n);
    }
}

/* ---- strings ---- */

static unsigned hex4(const char *s)
{
    unsigned v = 0;

    for (int i = 0; i < 4; i++) {
        unsigned c = (unsigned char)s[i];

        v = v * 16 + (c - '0' < 10 ? c - '0' : ((c | 32) - 'a' + 10) & 15);
    }
    return v;
}

/* format_json writes \u00XX for bytes that are no UTF-8, and everything else as it is. */
static void put_string(struct buf *b, const char *s, size_t n)
{
    static const char names[] = "bfnrt", chars[] = "\b\f\n\r\t";

    for (size_t i = 0; i < n; i++) {
        const char *e;

        if (s[i] != '\\' || i + 1 >= n) {
            buf_putc(b, s[i]);
        } else if (s[++i] == 'u' && i + 4 < n) {
            buf_putc(b, (char)hex4(s + i + 1));
            i += 4;
        } else {
            e = strchr(names, s[i]);
            buf_putc(b, e && *e ? chars[e - names] : s[i]);
        }
    }
}

/* ---- payload ---- */

static void put_field(struct trace_replay *p, const struct trace_field *f, const struct member *m, int64_t v)
{
    static const uint8_t width[TRACE_TYPES] = { 1, 1, 2, 2, 4, 4, 8, 8, 8 };
    struct buf *b = &p->payload;
    uint16_t len;

    if (f->type == TRACE_TYPE_STR) {
        if (!m || m->kind != STRING) {
            buf_puts(b, m ? TRACE_STR_NULL : "");
        } else {
            buf_cut(&p->text, 0);
            put_string(&p->text, m->s, m->n);
            if (p->text.len) /* a NUL inside would be its end */
                buf_put(b, p->text.p, strnlen(p->text.p, p->text.len));
        }
        buf_putc(b, 0);
    } else if (f->type == TRACE_TYPE_BUF) {
        buf_cut(&p->text, 0);
        if (m && m->kind == STRING)
            put_string(&p->text, m->s, m->n);
        len = (uint16_t)(p->text.len < 4096 ? p->text.len : 4096);
        buf_put(b, &len, sizeof len);
        if (len)
            buf_put(b, p->text.p, len);
    } else {
        buf_put(b, &v, width[f->type]);
    }
}

static int64_t ret_value(const struct object *o, const struct trace_field *f)
{
    const struct member *m = get(o, "ret"), *e = get(o, "errno");

    if (e && e->kind == STRING)
        return -to_errno(e->s, e->n);
    return m ? f->meaning == TRACE_MEAN_RETOCT ? to_number(m->s, m->n) : to_value(f, m) : 0;
}

static void put_payload(struct trace_replay *p, const struct object *o, const struct trace_desc *d)
{
    const struct member *m = get(o, "dur");
    uint64_t dur = d->call && m ? to_fixed(m->s, m->n, 3) : 0;

    buf_cut(&p->payload, 0);
    if (d->call)
        buf_put(&p->payload, &dur, sizeof dur);
    for (unsigned i = 0; i < d->nfields; i++) {
        const struct trace_field *f = &d->fields[i];

        m = get(o, f->name);
        if (!strcmp(f->name, "ret"))
            put_field(p, f, m, d->call ? ret_value(o, f) : m ? to_value(f, m) : 0);
        else
            put_field(p, f, m, m && f->type != TRACE_TYPE_STR && f->type != TRACE_TYPE_BUF ? to_value(f, m) : 0);
    }
}

int trace_replay_json(struct trace_replay *p, const char *line, size_t len)
{
    struct object o;
    const struct member *ts, *seq, *pid, *tid, *event;
    const struct trace_desc *d;
    struct trace_stream *s;

    if (blanks(line, line + len) == line + len)
        return 0;
    if (!object_read(&o, line, line + len) || !(event = get(&o, "event"))) {
        p->bad++;
        return 0;
    }
    if (event->n >= 4 && !memcmp(event->s, "lost", 4))
        return 0; /* the gap in the numbers says it */
    ts = get(&o, "ts");
    seq = get(&o, "seq");
    pid = get(&o, "pid");
    tid = get(&o, "tid");
    d = trace_desc_by_name(event->s, event->n);
    if (!ts || !seq || !pid || !tid || !d ||
        !(s = trace_replay_stream(p, (int32_t)to_number(pid->s, pid->n), 0, (uint32_t)to_number(tid->s, tid->n), 0))) {
        p->bad++;
        return 0;
    }
    put_payload(p, &o, d);
    return trace_replay_emit(p, s, to_fixed(ts->s, ts->n, 9), (uint32_t)to_number(seq->s, seq->n), d->id);
}
