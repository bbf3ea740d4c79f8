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
    const char *check, *id;     /* names of the check and of the finding: together they never change */
    char *text;
    char *remedy;               /* NULL: none is needed */
    char *evidence;             /* what it was seen by; NULL: the text says it */
    uint8_t fix;                /* enum fix */
    unsigned fix_key;
    char *fix_what;
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
    bool unredacted, registry;  /* options */
};

/** Adds a finding of the running check. `remedy` may be NULL. */
void find(struct report *r, enum severity s, const char *id, const char *remedy, const char *fmt, ...)
    __attribute__((format(gnu_printf, 5, 6)));
/** What the last finding was seen by. */
void evidence(struct report *r, const char *fmt, ...) __attribute__((format(gnu_printf, 2, 3)));
void fact(struct report *r, const char *group, const char *name, const char *fmt, ...)
    __attribute__((format(gnu_printf, 4, 5)));
size_t report_count(const struct report *r, enum severity s);
/** What --fix may do about the last finding, after asking. */
enum fix { FIX_NONE, FIX_FOLDER, FIX_LINK, FIX_MOUNT };
void fixable(struct report *r, enum fix fix, const char *what, unsigned key);
/** Takes secrets out of all texts, and says what was taken. */
void report_clean(struct report *r);
/** The worst first; of the same severity, in the order of the checks. */
void report_sort(struct report *r);
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
void check_failures(struct report *r);
void check_manifest(struct report *r);
void check_links(struct report *r);
void check_accounts(struct report *r);

/** Prints the lines of the manifest whose name is `only` or ends with it (NULL: all). 1, 0: there is no such
 * line, -1: there is no manifest. */
int manifest_print(struct report *r, const char *only, struct buf *out);

/* ---- DLL tree of a program (tree.c) ---- */

/** Prints what `program` loads, indented by depth; adds a finding for whatever is missing. Returns 0, or
 * -1 when the program itself cannot be read. */
int tree_print(struct report *r, const char *program, bool verbose, bool json, struct buf *out);
/** Calls fn with the Win32 name of the program and of each DLL that it loads and that was found; `system`: one of
 * Windows. Findings and result as above. */
int tree_images(struct report *r, const char *program, void (*fn)(void *arg, const char *path, bool system),
                void *arg);
/** Frees what it remembers from one program to the next: the functions of DLLs. */
void tree_forget(void);

/* ---- fork protection of a program (follow.c) ---- */

/** Prints which files of `program` are followed, what its forks would take after an update, and who runs it.
 * Returns 0, or -1 after a finding. */
int follow_print(struct report *r, const char *program, bool json, struct buf *out);

/* ---- Windows (win.c) ---- */

/** Win32 name of the installation's folder in UTF-8, without a backslash at the end. */
const char *tree_root(void);
/** root + "\\" + relative; the caller frees it with tool_realloc(p, 0). */
char *tree_path(const char *relative);
enum file_kind { FILE_NONE, FILE_PLAIN, FILE_FOLDER };
enum file_kind file_kind(const char *win32);
bool folder_writable(const char *win32);
/** A file or folder, whatever its name, and the file system that it is in. */
struct file_place {
    uint64_t id, size;
    uint32_t volume;
    bool hard_links;
    char system[32];            /* "NTFS" */
};
bool file_place(const char *win32, struct file_place *p);
/** The whole name of a file; the caller frees it with tool_realloc(p, 0). */
char *full_path(const char *win32);
/** Creates or empties a file; NULL: it cannot be written. */
FILE *file_create(const char *win32);
/** Calls fn with the name of each entry of a folder but . and .. ; false: it cannot be listed. */
bool folder_each(const char *win32, void (*fn)(void *arg, const char *name, bool folder), void *arg);
/** A value of the registry as text or number; false: there is none. */
bool registry_text(bool user, const char *key, const char *name, struct buf *out);
bool registry_number(const char *key, const char *name, uint64_t *out);
/** Runs a command line. Returns its exit code, -1: not started, -2: no end within the time. `ms` receives how
 * long it took, `said` what it wrote, 64 KiB at most. */
int run_capture(const char *command, unsigned timeout_ms, double *ms, struct buf *said);
/** Appends a file's contents; false: it cannot be read or is larger than `max`. */
bool file_read(const char *win32, size_t max, struct buf *out);
/** Whether it has the SYSTEM attribute, as our symbolic links have. */
bool file_is_system(const char *win32);
bool folder_create(const char *win32);
bool file_remove(const char *win32);
#define SHA256_TEXT 65
/** SHA-256 of a file in hexadecimal digits; false: it cannot be read. */
bool file_sha256(const char *win32, char text[SHA256_TEXT]);
/** Stamp (lib/dll/stamp.h) of a file, and of an image in a process. */
bool file_stamp(const char *win32, uint32_t stamp[4]);
bool process_stamp(uint32_t winpid, uint64_t base, uint32_t stamp[4]);
/** Asks Windows for the name of the own account; milliseconds that it took. */
double account_lookup(void);
/** Names of the user and of the computer (short; in the network), empty if unknown. */
const char *user_name(void);
const char *computer_name(void);
const char *host_name(void);
/** SID of the user as text; the caller frees it with tool_realloc(p, 0). */
char *user_sid(void);
/** Modules of a process: fn(arg, base, size, path). False: it cannot be looked into. */
bool modules_each(uint32_t winpid, void (*fn)(void *arg, uint64_t base, uint64_t size, const char *path),
                  void *arg);
/** An environment variable, all of them: name and value in UTF-8. */
void environment_each(void (*fn)(void *arg, const char *name, const char *value), void *arg);
bool same_path(const char *a, const char *b);
/** Whether `path` lies in `folder` or is it. */
bool path_below(const char *path, const char *folder);
bool on_wine(void);
void system_facts(struct report *r);

/* ---- what a report must not carry (secret.c) ---- */

enum secret_kind {
    SECRET_VARIABLE, SECRET_URL, SECRET_OPTION, SECRET_TOKEN, SECRET_USER, SECRET_HOST, SECRET_MAIL, SECRET_KINDS
};

/** Whether a variable of that name is likely to hold a secret. */
bool secret_name(const char *name);
/** Appends the value of a variable, or what stands for it. */
void secret_variable(struct buf *out, const char *name, const char *value);
/** Appends `text` without secrets and names. */
void secret_clean(struct buf *out, const char *text);
/** Facts that say what has been removed up to now. */
void secret_report(struct report *r);

/* ---- repairs (fix.c) ---- */

/** Offers to repair what can be; `yes`: without asking. Returns how many repairs failed. */
unsigned fix_all(struct report *r, bool yes);

/* ---- archive (zip.c) ---- */

struct zip {
    struct buf out, directory;
    uint32_t stamp;
    unsigned files;
};

void zip_init(struct zip *z);
/** Adds a file; false: it cannot be compressed. */
bool zip_add(struct zip *z, const char *name, const struct buf *data);
/** z->out is the archive, to be freed by the caller. */
void zip_end(struct zip *z);

#endif
