/* SPDX-License-Identifier: BSD-2-Clause */
/* The registry, by the NT functions (advapi32 is not loaded for it), and a quick look at a name. */
#ifndef NT_REGISTRY_H
#define NT_REGISTRY_H

#include "base.h"

enum nt_hive { NT_HIVE_USER, NT_HIVE_MACHINE };

/* Opens `path` (ASCII, with \) below HKEY_CURRENT_USER or HKEY_LOCAL_MACHINE for reading.
 * 0, -ENOENT, -EACCES, ... */
int nt_key_open(enum nt_hive hive, const char *path, handle_t *out);

struct nt_value {
    const uint16_t *name;   /* in the caller's buffer */
    size_t name_units;
    uint32_t type;          /* REG_*: 1 is REG_SZ */
    const void *data;
    size_t size;            /* bytes */
};

/* The i-th value of a key, read into buf. 0; -ENOENT behind the last; -EMSGSIZE when the buffer is
 * too small. */
int nt_key_value(handle_t key, uint32_t i, void *buf, size_t size, struct nt_value *v);

/* As nt_key_open, for writing; makes what is missing of `path`. */
int nt_key_create(enum nt_hive hive, const char *path, handle_t *out);
/* Sets a REG_SZ value. */
int nt_key_set_text(handle_t key, const uint16_t *name, size_t units, const uint16_t *text, size_t text_units);
/* -ENOENT when there is none of that name. */
int nt_key_delete_value(handle_t key, const uint16_t *name, size_t units);

/* What a name is, by one query. */
enum nt_probe_result {
    NT_PROBE_FOUND = 0,
    NT_PROBE_NO_NAME = 1,   /* the folder is there, the name is not */
    NT_PROBE_NO_PATH = 2,   /* something before the last component is no folder or missing */
};

struct nt_probe {
    uint32_t attr;
    int64_t size;
    int64_t created, accessed, written, changed; /* FILETIME */
};

/* enum nt_probe_result or negative errno. */
int nt_probe_path(const uint16_t *nt, size_t units, bool case_sensitive, struct nt_probe *p);

/* Reads up to `size` bytes of a small file: count or negative errno. */
int64_t nt_read_small(const uint16_t *nt, size_t units, bool case_sensitive, void *buf, size_t size);

/* Current directory of the Windows process, as in the PEB; *units receives its length. */
const uint16_t *nt_cwd(unsigned *units);

#endif
