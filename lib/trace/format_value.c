/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of fields as words: flags, modes, signals, statuses, strings. */
#include <string.h>

#include "lib/text/utf.h"
#include "trace/format.h"
#include "trace/names.h"

void trace_value_octal(struct buf *b, uint64_t v)
{
    char t[24];
    unsigned n = sizeof t;

    do {
        t[--n] = (char)('0' + (v & 7));
        v >>= 3;
    } while (v);
    if (t[n] != '0')
        t[--n] = '0';
    buf_put(b, t + n, sizeof t - n);
}

static void put_hex(struct buf *b, uint64_t v)
{
    buf_puts(b, "0x");
    buf_putx(b, v, 1);
}

void trace_value_table(struct buf *b, const struct trace_table *t, int64_t value)
{
    uint64_t rest = (uint64_t)value;
    bool some = false;

    for (size_t i = 0; i < t->count; i++) {
        const struct trace_row *w = &t->rows[i];
        bool whole = w->mask == -1;

        if ((value & w->mask) != w->value || (some && whole))
            continue;
        if (some)
            buf_putc(b, '|');
        buf_puts(b, w->name);
        some = true;
        rest &= ~(uint64_t)w->mask;
        if (whole)
            return;
    }
    if (rest && t->count && t->rows[t->count - 1].mask == -1 && !some) {
        buf_putd(b, value); /* a choice, not flags */
        return;
    }
    if (rest || !some) {
        if (some)
            buf_putc(b, '|');
        if (rest)
            put_hex(b, rest & 0xffffffffu ? rest & 0xffffffffu : rest);
        else
            buf_putc(b, '0');
    }
}

void trace_value_errno(struct buf *b, int64_t err)
{
    int64_t plus = err < 0 && err != INT64_MIN ? -err : err;
    const char *name = trace_table_name(&trace_table_errno, plus);

    if (!err) {
        buf_putc(b, '0');
    } else if (name) {
        buf_puts(b, name);
    } else {
        buf_puts(b, "errno ");
        buf_putd(b, plus);
    }
}

static void put_signal(struct buf *b, int64_t sig)
{
    const char *name = trace_table_name(&trace_table_sig, sig);

    if (name) {
        buf_puts(b, name);
    } else if (sig >= 32 && sig <= 64) {
        buf_puts(b, "SIGRT_");
        buf_putd(b, sig - 32);
    } else {
        buf_putd(b, sig);
    }
}

void trace_value_status(struct buf *b, int64_t status)
{
    unsigned low = status & 0x7f, high = (unsigned)status >> 8 & 0xff;

    if ((status & 0xffff) == 0xffff) {
        buf_puts(b, "continued");
    } else if ((status & 0xff) == 0x7f) {
        buf_puts(b, "stopped by ");
        put_signal(b, high);
    } else if (low) {
        buf_puts(b, "killed by ");
        put_signal(b, low);
        if (status & 0x80)
            buf_puts(b, " (core dumped)");
    } else {
        buf_puts(b, "exited with ");
        buf_putu(b, high);
    }
}

static void put_signals(struct buf *b, uint64_t set, bool json)
{
    bool some = false;

    buf_putc(b, '[');
    for (int sig = 1; sig <= 64; sig++) {
        if (!(set >> (sig - 1) & 1))
            continue;
        if (some)
            buf_putc(b, json ? ',' : ' ');
        if (json)
            buf_putc(b, '"');
        put_signal(b, sig);
        if (json)
            buf_putc(b, '"');
        some = true;
    }
    buf_putc(b, ']');
}

void trace_value_sigset(struct buf *b, uint64_t set, bool json)
{
    /* Nearly full sets by what they do not have, as Linux strace does. */
    bool rest = __builtin_popcountll(set) > 32;

    if (rest)
        buf_puts(b, json ? "{\"not\":" : "~");
    put_signals(b, rest ? ~set : set, json);
    if (rest && json)
        buf_putc(b, '}');
}

void trace_value_seconds(struct buf *b, uint64_t ns, unsigned digits)
{
    uint64_t part = ns % 1000000000;
    char t[9];

    buf_putu(b, ns / 1000000000);
    for (int i = 8; i >= 0; i--, part /= 10)
        t[i] = (char)('0' + part % 10);
    buf_putc(b, '.');
    buf_put(b, t, digits < 9 ? digits : 9);
}

/* C escapes; valid UTF-8 stays as it is. In running text only what would spoil the line is escaped.
 */
static void put_escaped(const struct trace_show *show, struct buf *b, const char *s, size_t n, bool raw)
{
    static const char escapes[] = "\a\b\t\n\v\f\r", names[] = "abtnvfr";
    size_t used;
    uint32_t c;
    const char *e;
    bool hex = !raw && show->hex_all;

    for (size_t i = 0; i < n && !raw && show->hex && !hex; i++)
        hex = (unsigned char)s[i] >= 0x7f || ((unsigned char)s[i] < ' ' && s[i] != '\n' && s[i] != '\t');
    for (size_t i = 0; i < n && hex; i++) {
        buf_puts(b, "\\x");
        buf_putx(b, (unsigned char)s[i], 2);
    }
    for (size_t i = 0; i < n && !hex; i += used) {
        unsigned char ch = (unsigned char)s[i];

        used = 1;
        if (ch >= 0x80 && (used = utf8_get(s + i, n - i, &c)) > 0 && c >= 0xa0) {
            buf_put(b, s + i, used);
            continue;
        }
        if (!used)
            used = 1;
        if (ch == '"' || ch == '\\') {
            if (!raw)
                buf_putc(b, '\\');
            buf_putc(b, (char)ch);
        } else if (ch >= ' ' && ch < 0x7f) {
            buf_putc(b, (char)ch);
        } else if (ch && ch < ' ' && (e = strchr(escapes, ch))) {
            buf_putc(b, '\\');
            buf_putc(b, names[e - escapes]);
        } else {
            for (size_t k = 0; k < used; k++) {
                ch = (unsigned char)s[i + k];
                buf_putc(b, '\\');
                buf_putc(b, (char)('0' + (ch >> 6)));
                buf_putc(b, (char)('0' + (ch >> 3 & 7)));
                buf_putc(b, (char)('0' + (ch & 7)));
            }
        }
    }
}

static void put_string(const struct trace_show *show, struct buf *b, const struct trace_value *v, bool raw)
{
    uint32_t max = show->str_max, len = max && max < v->len ? max : v->len;

    if (v->str == TRACE_STR_IS_NULL) {
        buf_puts(b, raw ? "-" : "NULL");
        return;
    }
    if (v->str == TRACE_STR_IS_BAD) {
        buf_puts(b, raw ? "?" : "(bad address)");
        return;
    }
    if (!raw)
        buf_putc(b, '"');
    while (len < v->len && len && ((unsigned char)v->s[len] & 0xc0) == 0x80)
        len--; /* not in the middle of a character */
    put_escaped(show, b, v->s, len, raw);
    if (!raw)
        buf_putc(b, '"');
    if (v->str == TRACE_STR_IS_CUT || len < v->len)
        buf_puts(b, "...");
}

static void put_buffer(const struct trace_show *show, struct buf *b, const struct trace_decoded *d,
                       unsigned i)
{
    const struct trace_value *v = &d->v[i];
    unsigned ref = d->desc->fields[i].ref;
    uint32_t len = show->str_max && show->str_max < v->len ? show->str_max : v->len;

    buf_putc(b, '"');
    put_escaped(show, b, v->s, len, false);
    buf_putc(b, '"');
    if (len < v->len || (ref < d->desc->nfields && d->v[ref].i > (int64_t)v->len))
        buf_puts(b, "...");
}

static void put_stmode(struct buf *b, uint64_t mode)
{
    static const char *const types[16] = {
        [1] = "S_IFIFO", [2] = "S_IFCHR",  [4] = "S_IFDIR",  [6] = "S_IFBLK",
        [8] = "S_IFREG", [10] = "S_IFLNK", [12] = "S_IFSOCK"
    };
    const char *type = types[mode >> 12 & 15];

    if (type) {
        buf_puts(b, type);
        buf_putc(b, '|');
        mode &= 07777;
    }
    trace_value_octal(b, mode);
}

static void put_result(struct buf *b, int64_t ret, unsigned meaning)
{
    if (ret < 0 && ret > -4096) {
        buf_puts(b, "-1 ");
        trace_value_errno(b, ret);
    } else if (meaning == TRACE_MEAN_RETPTR) {
        put_hex(b, (uint64_t)ret);
    } else if (meaning == TRACE_MEAN_RETOCT) {
        trace_value_octal(b, (uint64_t)ret);
    } else {
        buf_putd(b, ret);
    }
}

static void put_number(struct buf *b, int64_t v, unsigned type)
{
    if (type == TRACE_TYPE_U64)
        buf_putu(b, (uint64_t)v);
    else
        buf_putd(b, v);
}

/* A descriptor, with its name if that is wanted and known. */
static void put_fd(struct trace_format *f, struct buf *b, int64_t fd)
{
    const struct trace_name *n;

    buf_putd(b, fd);
    if (!f->names || fd < 0 || !(n = trace_name_find(f->names, f->pid, (int32_t)fd)))
        return;
    buf_putc(b, '<');
    put_escaped(&f->show, b, n->text, n->len, true);
    buf_putc(b, '>');
}

void trace_value_text(struct trace_format *f, struct buf *b, const struct trace_decoded *d,
                      unsigned i, bool raw)
{
    const struct trace_field *field = &d->desc->fields[i];
    const struct trace_value *v = &d->v[i];

    switch (field->meaning) {
    case TRACE_MEAN_STR:
        put_string(&f->show, b, v, raw);
        break;
    case TRACE_MEAN_PATH:
        put_string(&f->show, b, v, false);
        break;
    case TRACE_MEAN_BUF:
        put_buffer(&f->show, b, d, i);
        break;
    case TRACE_MEAN_HEX:
        put_hex(b, v->u);
        break;
    case TRACE_MEAN_PTR:
        if (v->u)
            put_hex(b, v->u);
        else
            buf_puts(b, "NULL");
        break;
    case TRACE_MEAN_DIRFD:
    case TRACE_MEAN_FD:
        if (v->i == -2 && field->meaning == TRACE_MEAN_DIRFD)
            buf_puts(b, "AT_FDCWD");
        else
            put_fd(f, b, v->i);
        break;
    case TRACE_MEAN_ID:
        buf_putd(b, (int32_t)v->u);
        break;
    case TRACE_MEAN_RET:
    case TRACE_MEAN_RETPTR:
    case TRACE_MEAN_RETOCT:
        put_result(b, v->i, field->meaning);
        break;
    case TRACE_MEAN_DUR:
        trace_value_seconds(b, trace_time_span(f->time, v->u), 6);
        break;
    case TRACE_MEAN_MODE:
        trace_value_octal(b, v->u);
        break;
    case TRACE_MEAN_STMODE:
        put_stmode(b, v->u);
        break;
    case TRACE_MEAN_WSTATUS:
        trace_value_status(b, v->i);
        break;
    case TRACE_MEAN_ERRNO:
        trace_value_errno(b, v->i);
        break;
    case TRACE_MEAN_NTSTATUS: {
        const char *name = trace_table_name(&trace_table_ntstatus, (int64_t)(uint32_t)v->u);

        if (name)
            buf_puts(b, name);
        else
            put_hex(b, (uint32_t)v->u);
        break;
    }
    case TRACE_MEAN_SIGSET:
        trace_value_sigset(b, v->u, false);
        break;
    case TRACE_MEAN_SIGHANDLER:
        if (v->u > 1)
            put_hex(b, v->u);
        else
            buf_puts(b, v->u ? "SIG_IGN" : "SIG_DFL");
        break;
    case TRACE_MEAN_BOOL:
        buf_puts(b, v->u ? "true" : "false");
        break;
    case TRACE_MEAN_TABLE:
        if (field->table == &trace_table_sig)
            put_signal(b, v->i);
        else
            trace_value_table(b, field->table, v->i);
        break;
    default:
        put_number(b, v->i, field->type);
    }
}
