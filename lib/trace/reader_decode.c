/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking events apart by their descriptions. Payloads come from memory that anybody may have
 * written: every length is checked. */
#include <string.h>

#include "trace/desc.h"

const char *const trace_category_names[TRACE_CATEGORIES] = {
    [TRACE_CAT_SYSCALL] = "syscall", [TRACE_CAT_FORK] = "fork",       [TRACE_CAT_EXEC] = "exec",
    [TRACE_CAT_SIGNAL] = "signal",   [TRACE_CAT_PATH] = "path",       [TRACE_CAT_DLL] = "dll",
    [TRACE_CAT_FILE] = "file",       [TRACE_CAT_PROCESS] = "process", [TRACE_CAT_NET] = "net",
    [TRACE_CAT_TTY] = "tty",         [TRACE_CAT_MEM] = "mem",         [TRACE_CAT_THREAD] = "thread",
    [TRACE_CAT_ERROR] = "error",     [TRACE_CAT_USER] = "user",
};

int trace_category_by_name(const char *name, size_t len)
{
    for (int i = 0; i < TRACE_CATEGORIES; i++)
        if (strlen(trace_category_names[i]) == len && !memcmp(trace_category_names[i], name, len))
            return i;
    return -1;
}

const struct trace_desc *trace_desc_find(uint16_t id)
{
    static uint16_t index[TRACE_MAX_EVENTS]; /* position + 1; filling it twice does no harm */
    static int filled;

    if (id >= TRACE_MAX_EVENTS)
        return NULL;
    if (!__atomic_load_n(&filled, __ATOMIC_ACQUIRE)) {
        for (unsigned i = 0; i < trace_desc_count; i++)
            index[trace_descs[i].id] = (uint16_t)(i + 1);
        __atomic_store_n(&filled, 1, __ATOMIC_RELEASE);
    }
    return index[id] ? &trace_descs[index[id] - 1] : NULL;
}

const char *trace_desc_name(const struct trace_desc *d)
{
    return d->call && !strncmp(d->name, "sys_", 4) ? d->name + 4 : d->name;
}

const struct trace_desc *trace_desc_by_name(const char *name, size_t len)
{
    for (unsigned i = 0; i < trace_desc_count; i++) {
        const char *full = trace_descs[i].name, *brief = trace_desc_name(&trace_descs[i]);

        if ((strlen(full) == len && !memcmp(full, name, len)) ||
            (strlen(brief) == len && !memcmp(brief, name, len)))
            return &trace_descs[i];
    }
    return NULL;
}

void trace_desc_rows(uint8_t rows[TRACE_MAX_EVENTS], const char *const *first, size_t stride, size_t n)
{
    memset(rows, 0, TRACE_MAX_EVENTS);
    for (size_t i = 0; i < n; i++) {
        const char *name = *(const char *const *)((const char *)first + i * stride);
        const struct trace_desc *d = trace_desc_by_name(name, strlen(name));

        if (d)
            rows[d->id] = (uint8_t)(i + 1);
    }
}

const char *trace_table_name(const struct trace_table *t, int64_t value)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->rows[i].value == value)
            return t->rows[i].name;
    return NULL;
}

static const uint8_t type_width[TRACE_TYPES] = {
    [TRACE_TYPE_S8] = 1,  [TRACE_TYPE_U8] = 1,  [TRACE_TYPE_S16] = 2,
    [TRACE_TYPE_U16] = 2, [TRACE_TYPE_S32] = 4, [TRACE_TYPE_U32] = 4,
    [TRACE_TYPE_S64] = 8, [TRACE_TYPE_U64] = 8, [TRACE_TYPE_PTR] = 8,
};

static void number_get(struct trace_value *v, const uint8_t *p, unsigned type)
{
    v->u = 0;
    memcpy(&v->u, p, type_width[type]);
    if (type == TRACE_TYPE_S8)
        v->i = (int8_t)v->u;
    else if (type == TRACE_TYPE_S16)
        v->i = (int16_t)v->u;
    else if (type == TRACE_TYPE_S32)
        v->i = (int32_t)v->u;
}

/* A string up to its NUL; what stands for no string becomes a state. Bytes used, 0: no NUL. */
static size_t string_get(struct trace_value *v, const uint8_t *p, size_t left)
{
    const uint8_t *end = left ? memchr(p, 0, left) : NULL;
    size_t n;

    if (!end)
        return 0;
    n = (size_t)(end - p);
    v->s = (const char *)p;
    v->len = (uint32_t)n;
    v->str = TRACE_STR_OK;
    if (n == 2 && (!memcmp(p, TRACE_STR_NULL, 2) || !memcmp(p, TRACE_STR_BAD, 2))) {
        v->str = !memcmp(p, TRACE_STR_NULL, 2) ? TRACE_STR_IS_NULL : TRACE_STR_IS_BAD;
        v->len = 0;
    } else if (n >= TRACE_STR_MAX && !memcmp(end - 2, TRACE_STR_CUT, 2)) {
        v->str = TRACE_STR_IS_CUT;
        v->len -= 2;
    }
    return n + 1;
}

static size_t buffer_get(struct trace_value *v, const uint8_t *p, size_t left)
{
    uint16_t n;

    if (left < sizeof n)
        return 0;
    memcpy(&n, p, sizeof n);
    if (n > left - sizeof n)
        return 0;
    v->s = (const char *)p + sizeof n;
    v->len = n;
    return sizeof n + n;
}

static size_t value_get(struct trace_value *v, const uint8_t *p, size_t left, unsigned type)
{
    memset(v, 0, sizeof *v);
    if (type == TRACE_TYPE_STR)
        return string_get(v, p, left);
    if (type == TRACE_TYPE_BUF)
        return buffer_get(v, p, left);
    if (left < type_width[type])
        return 0;
    number_get(v, p, type);
    return type_width[type];
}

int trace_decode(uint16_t id, const uint8_t *payload, size_t size, struct trace_decoded *out)
{
    const struct trace_desc *d = trace_desc_find(id);
    size_t at = 0, n;

    if (!d || d->nfields > TRACE_MAX_FIELDS)
        return -1;
    out->desc = d;
    out->dur = 0;
    out->ret = 0;
    out->has_ret = out->failed = false;
    if (d->call) {
        if (size < 8)
            return -1;
        memcpy(&out->dur, payload, 8);
        at = 8;
    }
    for (unsigned i = 0; i < d->nfields; i++) {
        n = value_get(&out->v[i], payload + at, size - at, d->fields[i].type);
        if (!n)
            return -1;
        at += n;
    }
    if (d->ret) {
        out->ret = out->v[d->ret - 1].i;
        out->has_ret = true;
        out->failed = out->ret < 0;
    }
    return at == size ? 0 : -1;
}

bool trace_field_number(const struct trace_decoded *d, const char *name, int64_t *value)
{
    for (unsigned i = 0; i < d->desc->nfields; i++)
        if (!strcmp(d->desc->fields[i].name, name)) {
            *value = d->v[i].i;
            return true;
        }
    return false;
}
