/* SPDX-License-Identifier: BSD-2-Clause */
/* What decoders know of events: tables made by gen.awk from events.def, and decoding by them. */
#ifndef TRACE_DESC_H
#define TRACE_DESC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/trace.h"

enum trace_category {
    TRACE_CAT_SYSCALL, TRACE_CAT_FORK, TRACE_CAT_EXEC, TRACE_CAT_SIGNAL, TRACE_CAT_PATH, TRACE_CAT_DLL,
    TRACE_CAT_FILE, TRACE_CAT_PROCESS, TRACE_CAT_NET, TRACE_CAT_TTY, TRACE_CAT_MEM, TRACE_CAT_THREAD,
    TRACE_CAT_ERROR, TRACE_CAT_USER, TRACE_CATEGORIES
};

enum trace_type {
    TRACE_TYPE_S8, TRACE_TYPE_U8, TRACE_TYPE_S16, TRACE_TYPE_U16, TRACE_TYPE_S32, TRACE_TYPE_U32,
    TRACE_TYPE_S64, TRACE_TYPE_U64, TRACE_TYPE_PTR, TRACE_TYPE_STR, TRACE_TYPE_BUF, TRACE_TYPES
};

/* How a field is shown. */
enum trace_meaning {
    TRACE_MEAN_DEC, TRACE_MEAN_HEX, TRACE_MEAN_FD, TRACE_MEAN_DIRFD, TRACE_MEAN_PATH, TRACE_MEAN_STR,
    TRACE_MEAN_RET, TRACE_MEAN_RETPTR, TRACE_MEAN_RETOCT, TRACE_MEAN_PID, TRACE_MEAN_ID,
    TRACE_MEAN_DUR, TRACE_MEAN_BYTES, TRACE_MEAN_MODE, TRACE_MEAN_STMODE, TRACE_MEAN_WSTATUS,
    TRACE_MEAN_ERRNO, TRACE_MEAN_NTSTATUS, TRACE_MEAN_SIGSET, TRACE_MEAN_SIGHANDLER, TRACE_MEAN_BOOL,
    TRACE_MEAN_PTR, TRACE_MEAN_BUF, TRACE_MEAN_TABLE
};

/* A row applies when (value & mask) == the row's value. */
struct trace_row {
    int64_t mask;
    int64_t value;
    const char *name;
};
struct trace_table {
    const char *name;
    const struct trace_row *rows;
    size_t count;
};

struct trace_field {
    const char *name;
    uint8_t type;    /* enum trace_type */
    uint8_t meaning; /* enum trace_meaning */
    uint8_t out;     /* a result: says nothing when the call failed */
    uint8_t ref;     /* buf: index of the field with the true length */
    const struct trace_table *table;
};

struct trace_desc {
    uint16_t id;
    uint8_t category; /* enum trace_category */
    uint8_t nfields;
    uint8_t call;     /* a system call: its payload begins with dur */
    uint8_t always;   /* recorded unless somebody says otherwise */
    uint8_t ret;      /* index of the field with the result + 1, 0: none */
    const char *name; /* sys_ in front for calls */
    const char *doc;
    const char *text; /* line with {field}s, NULL: written as a call */
    const struct trace_field *fields;
};

extern const struct trace_desc trace_descs[]; /* in order of declaration */
extern const unsigned trace_desc_count;
extern const struct trace_table trace_table_errno, trace_table_sig, trace_table_ntstatus;

/** Description of an event, NULL: not known to this version. */
const struct trace_desc *trace_desc_find(uint16_t id);

/** Event by name; a call with or without "sys_". NULL: none. */
const struct trace_desc *trace_desc_by_name(const char *name, size_t len);

/**
 * For who treats some events in a way of their own: the row of each event in a table that has names.
 *
 * @param rows   filled: position in the table + 1 for events that are in it, 0 for others
 * @param first  name in the first row
 * @param stride bytes from one row to the next; 255 rows at most
 */
void trace_desc_rows(uint8_t rows[TRACE_MAX_EVENTS], const char *const *first, size_t stride, size_t n);

/** Name for people: without "sys_". */
const char *trace_desc_name(const struct trace_desc *d);

extern const char *const trace_category_names[TRACE_CATEGORIES];

/** Category by name, -1: none. */
int trace_category_by_name(const char *name, size_t len);

/** Name of a value that a table has as a whole; NULL: none. */
const char *trace_table_name(const struct trace_table *t, int64_t value);

enum trace_str { TRACE_STR_OK, TRACE_STR_IS_NULL, TRACE_STR_IS_BAD, TRACE_STR_IS_CUT };

struct trace_value {
    union {
        int64_t i; /* all numbers, sign-extended if signed */
        uint64_t u;
    };
    const char *s; /* str, buf: bytes in the payload, not terminated */
    uint32_t len;
    uint8_t str;   /* enum trace_str */
};

#define TRACE_MAX_FIELDS 24

/* An event taken apart. */
struct trace_decoded {
    const struct trace_desc *desc;
    uint64_t dur;    /* calls: TSC ticks, 0: not timed */
    int64_t ret;     /* of calls, and of events that tell of one */
    bool has_ret;
    bool failed;     /* ret < 0 */
    struct trace_value v[TRACE_MAX_FIELDS];
};

/**
 * Take an event apart; reads nothing outside [payload, payload + size).
 *
 * @return 0, -1: unknown event or a payload that is not as declared
 */
int trace_decode(uint16_t id, const uint8_t *payload, size_t size, struct trace_decoded *out);

/** Value of a named field as a number; false: there is none. */
bool trace_field_number(const struct trace_decoded *d, const char *name, int64_t *value);

#endif
