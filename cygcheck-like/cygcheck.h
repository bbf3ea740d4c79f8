/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cygcheck: is this installation and its surroundings all right, and if not, what is to be done? Checks
 * add findings and facts to a report; the report is printed as text, JSON or HTML.
 */
#ifndef CYGCHECK_H
#define CYGCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/pe/pe.h"
#include "lib/text/buf.h"

/* ---- report (report.c) ---- */

enum severity { FIND_OK, FIND_INFO, FIND_WARNING, FIND_ERROR, FIND_SEVERITIES };

struct finding {
    enum severity severity;
    const char *check;          /* name of the check */
    char *text;
    char *remedy;               /* NULL: none is needed */
};

/** Something that a reader of a support report wants to know; belongs to no judgement. */
struct fact {
    const char *group;          /* "system", "environment", ... */
    char *name, *value;
};

struct report {
    struct finding *finding;
    size_t findings;
    struct fact *fact;
    size_t facts;
    const char *check;          /* that runs */
};

/** Adds a finding of the running check. `remedy` may be NULL. */
void find(struct report *r, enum severity s, const char *remedy, const char *fmt, ...)
    __attribute__((format(gnu_printf, 4, 5)));
void fact(struct report *r, const char *group, const char *name, const char *fmt, ...)
    __attribute__((format(gnu_printf, 4, 5)));
size_t report_count(const struct report *r, enum severity s);
void report_free(struct report *r);

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML };
/** `verbose`: also what is all right, and all facts. Appends. */
void report_print(const struct report *r, enum format f, bool verbose, bool colour, struct buf *out);

/* ---- checks (check_*.c), in the table of checks.c ---- */

struct check {
    const char *name;
    void (*run)(struct report *r);
    const char *help;
};
extern const struct check checks[]; /* ends with an empty row */

void check_system(struct report *r);
void check_installation(struct report *r);
void check_images(struct report *r);
void check_path(struct report *r);
void check_environment(struct report *r);
void check_mounts(struct report *r);
void check_processes(struct report *r);
void check_protection(struct report *r);
void check_fork(struct report *r);

/* ---- DLL tree of a program (tree.c) ---- */

/** Prints what `program` loads, indented by depth; adds a finding for whatever is missing. Returns 0, or
 * -1 when the program itself cannot be read. */
int tree_print(struct report *r, const char *program, bool verbose, bool json, struct buf *out);

/* ---- Windows (win.c) ---- */

/** Win32 name of the installation's folder in UTF-8, without a backslash at the end. */
const char *tree_root(void);
/** root + "\\" + relative; the caller frees it with tool_realloc(p, 0). */
char *tree_path(const char *relative);
enum file_kind { FILE_NONE, FILE_PLAIN, FILE_FOLDER };
enum file_kind file_kind(const char *win32);
bool folder_writable(const char *win32);
/** Creates or empties a file; NULL: it cannot be written. */
FILE *file_create(const char *win32);
/** Calls fn with the name of each entry of a folder but . and .. ; false: it cannot be listed. */
bool folder_each(const char *win32, void (*fn)(void *arg, const char *name, bool folder), void *arg);
/** Opens an image for lib/pe; 0, -ENOENT, -ENOEXEC with pe->why, -EIO. */
int image_open(struct pe *pe, const char *win32);
void image_close(struct pe *pe);
/** A value of the registry as text or number; false: there is none. */
bool registry_text(bool user, const char *key, const char *name, struct buf *out);
bool registry_number(const char *key, const char *name, uint64_t *out);
/** Runs a command line with its output thrown away. Returns its exit code, -1: not started, -2: no end
 * within the time. `ms` receives how long it took. */
int run_quietly(const char *command, unsigned timeout_ms, double *ms);
/** Modules of a process: fn(arg, base, size, path). False: it cannot be looked into. */
bool modules_each(uint32_t winpid, void (*fn)(void *arg, uint64_t base, uint64_t size, const char *path),
                  void *arg);
/** An environment variable, all of them: name and value in UTF-8. */
void environment_each(void (*fn)(void *arg, const char *name, const char *value), void *arg);
bool same_path(const char *a, const char *b);
/** Whether `path` lies in `folder` or is it. */
bool path_below(const char *path, const char *folder);
/** "C:\\windows" */
const char *windows_folder(void);
void system_facts(struct report *r);

/* ---- what a report must not carry (secret.c) ---- */

/** Whether a variable of that name is likely to hold a secret. */
bool secret_name(const char *name);
/** Appends `text` without passwords in URLs and without the user's name in paths. */
void secret_clean(struct buf *out, const char *text);

#endif
