/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of --why: a row for each failure that is understood, the special ones before the general. A
 * row says only what its event shows; a guess belongs into none. */
#include <string.h>

#include "trace/why.h"

enum { /* as in newlib */
    E_PERM = 1, E_NOENT = 2, E_IO = 5, E_2BIG = 7, E_NOEXEC = 8, E_CHILD = 10, E_AGAIN = 11, E_NOMEM = 12,
    E_ACCES = 13, E_BUSY = 16, E_EXIST = 17, E_XDEV = 18, E_NOTDIR = 20, E_ISDIR = 21, E_NFILE = 23,
    E_MFILE = 24, E_FBIG = 27, E_NOSPC = 28, E_ROFS = 30, E_PIPE = 32, E_NOSYS = 88, E_NOTEMPTY = 90,
    E_NAMETOOLONG = 91, E_LOOP = 92, E_CONNRESET = 104, E_CONNREFUSED = 111, E_ADDRINUSE = 112,
    E_NETUNREACH = 114, E_TIMEDOUT = 116,
};

#define ST_ACCESS_VIOLATION   0xc0000005u
#define ST_ILLEGAL            0xc000001du
#define ST_NO_MEMORY          0xc0000017u
#define ST_CONFLICT           0xc0000018u
#define ST_TERMINATING        0xc000010au
#define ST_ACCESS_DENIED      0xc0000022u
#define ST_QUOTA              0xc0000044u
#define ST_INT_DIVIDE         0xc0000094u
#define ST_PRIVILEGED         0xc0000096u
#define ST_RESOURCES          0xc000009au
#define ST_STACK_OVERFLOW     0xc00000fdu
#define ST_BAD_IMAGE          0xc000007bu
#define ST_COMMIT             0xc000012du
#define ST_DLL_NOT_FOUND      0xc0000135u
#define ST_ENTRYPOINT         0xc0000139u
#define ST_DLL_INIT           0xc0000142u
#define ST_WINE_STUB          0x80000100u /* Wine lets a program start that lacks a function, and raises this at the call */
#define ST_BREAKPOINT         0x80000003u

/* ---- conditions ---- */

/* What led to a fork's failure: its begin and the last stage that went well. */
static bool fork_evidence(const struct why *w, struct why_verdict *v, size_t *i)
{
    static const char *const stages[] = { "fork_created", "fork_threads_stopped", "fork_memory", "fork_retry" };
    int32_t pid = w->v[*i].pid;
    size_t begin = why_before(w, *i, pid, 0, "fork_begin");

    why_cite(v, begin);
    for (size_t k = 0; k < sizeof stages / sizeof *stages; k++) {
        size_t at = why_before(w, *i, pid, 0, stages[k]);

        if (at != SIZE_MAX && begin != SIZE_MAX && at > begin)
            why_cite(v, at);
    }
    return true;
}

static bool fork_occupied(const struct why *w, struct why_verdict *v, size_t *i)
{
    return why_number(w, *i, "addr") != 0 &&
           ((uint32_t)why_number(w, *i, "status") == ST_CONFLICT || why_number(w, *i, "errno") == E_ADDRINUSE) &&
           fork_evidence(w, v, i);
}

/* The child said which image it could not get. */
static bool fork_dll(const struct why *w, struct why_verdict *v, size_t *i)
{
    int32_t pid = w->v[*i].pid;
    size_t begin = why_before(w, *i, pid, 0, "fork_begin"), k = why_before(w, *i, pid, 0, "dll_child_failed");

    if (k == SIZE_MAX || begin == SIZE_MAX || k < begin)
        return false;
    fork_evidence(w, v, i);
    why_cite(v, k);
    *i = k;
    return true;
}

static bool exec_evidence(const struct why *w, struct why_verdict *v, size_t *i)
{
    int32_t pid = w->v[*i].pid;

    why_cite(v, why_before(w, *i, pid, 0, "exec_begin"));
    why_cite(v, why_before(w, *i, pid, 0, "exec_image"));
    return true;
}

/* The conversions that belong to a call are right before it. */
static bool path_evidence(const struct why *w, struct why_verdict *v, size_t *i)
{
    const struct why_event *e = &w->v[*i];

    for (size_t k = *i; k-- > 0 && *i - k < 64;) {
        const struct why_event *c = &w->v[k];

        if (c->pid != e->pid || c->tid != e->tid)
            continue;
        if (c->seq + 3 < e->seq || !(why_is(w, k, "path_convert") || why_is(w, k, "path_failed") ||
                                     why_is(w, k, "path_symlink")))
            break;
        why_cite(v, k);
    }
    why_cite(v, why_after(w, *i, e->pid, "process_exit"));
    return true;
}

static bool exec_path(const struct why *w, struct why_verdict *v, size_t *i)
{
    return exec_evidence(w, v, i) && path_evidence(w, v, i);
}

/* The new process died before its runtime lived: with what code is in the event before. */
static size_t death(const struct why *w, size_t i)
{
    size_t k = why_before(w, i, w->v[i].pid, 0, "exec_child_died"), begin = why_before(w, i, w->v[i].pid, 0, "exec_begin");

    return k != SIZE_MAX && (begin == SIZE_MAX || k > begin) ? k : SIZE_MAX;
}

static bool died_with(const struct why *w, struct why_verdict *v, size_t *i, uint32_t code)
{
    size_t k = death(w, *i);

    if (k == SIZE_MAX || (code && (uint32_t)why_number(w, k, "code") != code))
        return false;
    exec_evidence(w, v, i);
    why_cite(v, k);
    *i = k;
    return true;
}

static bool died_dll(const struct why *w, struct why_verdict *v, size_t *i) { return died_with(w, v, i, ST_DLL_NOT_FOUND); }
static bool died_entry(const struct why *w, struct why_verdict *v, size_t *i) { return died_with(w, v, i, ST_ENTRYPOINT); }
static bool died_init(const struct why *w, struct why_verdict *v, size_t *i) { return died_with(w, v, i, ST_DLL_INIT); }
static bool died_image(const struct why *w, struct why_verdict *v, size_t *i) { return died_with(w, v, i, ST_BAD_IMAGE); }
static bool died_crash(const struct why *w, struct why_verdict *v, size_t *i) { return died_with(w, v, i, ST_ACCESS_VIOLATION); }
static bool died_other(const struct why *w, struct why_verdict *v, size_t *i) { return died_with(w, v, i, 0); }

/* The fault that the signal stands for: of the same thread, right before. */
static size_t fault_of(const struct why *w, size_t i)
{
    size_t k = why_before(w, i, w->v[i].pid, w->v[i].tid, "signal_fault");

    return k != SIZE_MAX && why_number(w, k, "sig") == why_number(w, i, "sig") ? k : SIZE_MAX;
}

static bool fault_with(const struct why *w, struct why_verdict *v, size_t *i, uint32_t code)
{
    size_t k = fault_of(w, *i), end = *i;

    if (k == SIZE_MAX || (code && (uint32_t)why_number(w, k, "code") != code))
        return false;
    for (size_t f = k; f < end && v->n < WHY_EVIDENCE; f++)
        if (w->v[f].pid == w->v[end].pid && w->v[f].tid == w->v[end].tid)
            why_cite(v, f);
    *i = k;
    return true;
}

static bool fault_null(const struct why *w, struct why_verdict *v, size_t *i)
{
    size_t k = fault_of(w, *i);

    return k != SIZE_MAX && (uint64_t)why_number(w, k, "addr") < 65536 && fault_with(w, v, i, ST_ACCESS_VIOLATION);
}
/* A jump to where no code is: the address is that of the instruction. */
static bool fault_jump(const struct why *w, struct why_verdict *v, size_t *i)
{
    size_t k = fault_of(w, *i);

    return k != SIZE_MAX && why_number(w, k, "addr") == why_number(w, k, "pc") && fault_with(w, v, i, ST_ACCESS_VIOLATION);
}
static bool fault_access(const struct why *w, struct why_verdict *v, size_t *i) { return fault_with(w, v, i, ST_ACCESS_VIOLATION); }
static bool fault_stack(const struct why *w, struct why_verdict *v, size_t *i) { return fault_with(w, v, i, ST_STACK_OVERFLOW); }
static bool fault_divide(const struct why *w, struct why_verdict *v, size_t *i) { return fault_with(w, v, i, ST_INT_DIVIDE); }
static bool fault_illegal(const struct why *w, struct why_verdict *v, size_t *i) { return fault_with(w, v, i, ST_ILLEGAL); }
static bool fault_other(const struct why *w, struct why_verdict *v, size_t *i) { return fault_with(w, v, i, 0); }

static bool signal_is(const struct why *w, size_t i, int sig) { return why_number(w, i, "sig") == sig; }

static bool by_itself(const struct why *w, size_t i)
{
    return why_number(w, i, "si_pid") == w->v[i].pid;
}

static bool sig_abort(const struct why *w, struct why_verdict *v, size_t *i)
{
    return signal_is(w, *i, 6) && by_itself(w, *i) && fault_of(w, *i) == SIZE_MAX;
}

static bool sig_pipe(const struct why *w, struct why_verdict *v, size_t *i)
{
    return signal_is(w, *i, 13);
}

static bool sig_alarm(const struct why *w, struct why_verdict *v, size_t *i)
{
    return signal_is(w, *i, 14) && !(why_number(w, *i, "si_pid") > 0 && !by_itself(w, *i));
}

/* Another process has sent it; if that is in the trace, it is cited. */
static bool sig_other(const struct why *w, struct why_verdict *v, size_t *i)
{
    int64_t from = why_number(w, *i, "si_pid"), sig = why_number(w, *i, "sig");

    if (from <= 0 || by_itself(w, *i) || fault_of(w, *i) != SIZE_MAX)
        return false;
    for (size_t k = *i; k-- > 0;)
        if (w->v[k].pid == from && why_is(w, k, "signal_sent") && why_number(w, k, "to") == w->v[*i].pid &&
            why_number(w, k, "sig") == sig) {
            why_cite(v, k);
            break;
        }
    why_cite(v, why_before(w, *i, w->v[*i].pid, 0, "signal_queued"));
    return true;
}

static bool sig_self(const struct why *w, struct why_verdict *v, size_t *i)
{
    return by_itself(w, *i) && fault_of(w, *i) == SIZE_MAX;
}

/* The exit code is not one of those that Windows gives a process that fails by itself. */
static bool ended_by_somebody(const struct why *w, struct why_verdict *v, size_t *i)
{
    (void)v;
    return !((uint32_t)why_number(w, *i, "code") & 0x80000000u);
}

/* ---- the rules ---- */

#define FORK(name_, stage_, err_, status_, cause_, remedy_) \
    { name_, "fork_failed", stage_, err_, status_, cause_, remedy_, fork_evidence }
#define EXEC(name_, err_, cause_, remedy_) { name_, "exec_failed", "program", err_, 0, cause_, remedy_, exec_path }
#define DIED(name_, when_, cause_, remedy_) { name_, "exec_failed", NULL, 0, 0, cause_, remedy_, when_ }
#define END(name_, when_, cause_, remedy_) { name_, "signal_default", NULL, 0, 0, cause_, remedy_, when_ }
#define CALL(name_, err_, cause_, remedy_) { name_, "*", NULL, err_, 0, cause_, remedy_, path_evidence }

#define MEMORY "free memory, or raise the limit of committed memory (page file)"
#define VIRUS  "look for a virus scanner, an application control policy or a job that forbids new processes"

const struct why_rule why_rules[] = {
    /* fork */
    FORK("fork-child-killed", NULL, 0, ST_TERMINATING, "somebody ended the child while it was being made (stage {stage})",
         "a security product, the task manager or a job limit does that"),
    { "fork-address-occupied", "fork_failed", NULL, 0, 0,
      "memory of the parent at {addr} ({size} bytes) could not be put at the same place of the child: {occupant} is there",
      "find out who puts it there (forced address randomization, a DLL that another program injects): cygcheck", fork_occupied },
    FORK("fork-no-pid", "begin", 0, 0, "there was no free process number or no memory for the child's record: {errno}",
         "end some processes; look for one that starts them without end"),
    FORK("fork-create-commit", "create", 0, ST_COMMIT, "the system has no memory left to commit for another process", MEMORY),
    FORK("fork-create-memory", "create", E_NOMEM, 0, "Windows could not create the process: no memory ({status})", MEMORY),
    FORK("fork-create-quota", "create", 0, ST_QUOTA, "a quota of the user or of the job forbids another process", "raise the quota, or end processes"),
    FORK("fork-create-denied", "create", E_ACCES, 0, "Windows refused to create the process: access denied ({status})", VIRUS),
    FORK("fork-create-denied", "create", E_PERM, 0, "Windows refused to create the process: not permitted ({status})", VIRUS),
    FORK("fork-create-program-gone", "create", E_NOENT, 0, "the program's file is no longer where it was started from",
         "fork protection makes this work: create /var/run/cygfork on a file system with hard links"),
    FORK("fork-create-busy", "create", E_AGAIN, 0, "Windows could not create the process: out of some resource ({status})",
         "end some processes, and try again"),
    FORK("fork-create", "create", 0, 0, "Windows could not create the process: {errno} ({status})", NULL),
    FORK("fork-handles-quota", "handles", E_MFILE, 0, "the child cannot be given the parent's handles: too many are open", "close what is not needed"),
    FORK("fork-handles-memory", "handles", E_NOMEM, 0, "the child cannot be given the parent's handles: no memory for them", MEMORY),
    FORK("fork-handles", "handles", 0, 0, "a handle of the parent could not be given to the child: {errno} ({status})",
         "an open file of a driver that forbids that, or the child was ended meanwhile"),
    FORK("fork-stop", "stop", 0, 0, "the other threads of the parent could not be stopped: {errno} ({status})",
         "a security product that guards threads may forbid it"),
    FORK("fork-remap-memory", "remap", E_NOMEM, 0, "no memory to make the parent's memory copy-on-write", MEMORY),
    FORK("fork-remap", "remap", 0, 0, "the parent's memory could not be made copy-on-write: {errno} ({status})", "try CYGWIN=fork:copy"),
    FORK("fork-collect", "collect", 0, 0, "what the parent has written could not be gathered: {errno} ({status})", MEMORY),
    FORK("fork-map-occupied", "map", E_ADDRINUSE, 0, "an address that the parent uses is occupied in the child",
         "find out who puts something there (forced address randomization, an injected DLL): cygcheck"),
    FORK("fork-map-memory", "map", E_NOMEM, 0, "no memory to map the parent's memory into the child", MEMORY),
    FORK("fork-map", "map", 0, 0, "the parent's memory could not be mapped into the child: {errno} ({status})", NULL),
    FORK("fork-resume", "resume", 0, 0, "the child was made and could not be started: {errno} ({status})", VIRUS),
    { "fork-dll", "fork_failed", "child", 0, 0,
      "the child could not get {name} as its parent has it: {why}",
      "start the program again if the file was replaced; fork protection (/var/run/cygfork) avoids that; an address that is taken: cygcheck", fork_dll },
    FORK("fork-child-dll", "child", 0, ST_DLL_NOT_FOUND, "the child could not load a DLL that the parent has: it was removed or replaced, or its place is taken",
         "fork protection makes this work: create /var/run/cygfork on a file system with hard links"),
    FORK("fork-child-entry", "child", 0, ST_ENTRYPOINT, "a DLL was replaced by one that lacks a function: the child could not start", "start the program again"),
    FORK("fork-child-init", "child", 0, ST_DLL_INIT, "a DLL refused to start in the child", NULL),
    FORK("fork-child-crashed", "child", 0, ST_ACCESS_VIOLATION, "the child crashed before it could go on (access violation)",
         "a DLL that is loaded elsewhere than in the parent, or a security product inside of the process: cygcheck"),
    FORK("fork-child-killed", "child", 0, 1, "somebody ended the child before it could go on", NULL),
    FORK("fork-child", "child", 0, 0, "the child ended before it could go on: {status}", NULL),
    /* exec and spawn */
    DIED("exec-dll-missing", died_dll, "{program} needs a DLL that was not found, or is none", "ldd says which; put its folder on PATH or install it"),
    DIED("exec-entry-missing", died_entry, "{program} needs a function that a DLL does not have: it was built against another version", "cygcheck names DLL and function"),
    DIED("exec-dll-init", died_init, "a DLL of {program} refused to start", NULL),
    DIED("exec-bad-image", died_image, "{program} or one of its DLLs is damaged or for another processor", "install it again"),
    DIED("exec-crashed", died_crash, "{program} crashed before its runtime was up (access violation)",
         "an injected or damaged DLL: cygcheck"),
    DIED("exec-died", died_other, "{program} ended before its runtime was up, with {code}", NULL),
    EXEC("exec-not-found", E_NOENT, "there is no program {path} (or its interpreter)", "look at the path and the mount that it is converted by"),
    EXEC("exec-not-executable", E_ACCES, "{path} may not be executed", "chmod +x, or mount its folder with exec"),
    EXEC("exec-no-program", E_NOEXEC, "{path} is no program, and no script with a #! line", NULL),
    EXEC("exec-not-a-folder", E_NOTDIR, "a part of {path} is a file, not a folder", NULL),
    EXEC("exec-is-folder", E_ISDIR, "{path} is a folder", NULL),
    EXEC("exec-loop", E_LOOP, "{path} leads in a circle of symbolic links", "ls -l along the path"),
    EXEC("exec-name-too-long", E_NAMETOOLONG, "the name is too long: {path}", NULL),
    { "exec-arguments", "exec_failed", NULL, E_2BIG, 0, "the arguments do not fit into a Windows command line (32767 characters)", "xargs, or a file with the arguments", exec_evidence },
    EXEC("exec-program", 0, "the program {path} could not be used: {errno}", NULL),
    { "exec-create-denied", "exec_failed", "create", E_ACCES, 0, "Windows refused to start {path}: access denied ({status})", VIRUS, exec_evidence },
    { "exec-create-memory", "exec_failed", "create", E_NOMEM, 0, "no memory to start {path}", MEMORY, exec_evidence },
    { "exec-create", "exec_failed", "create", 0, 0, "Windows could not start {path}: {errno} ({status})", NULL, exec_evidence },
    { "exec-map", "exec_failed", "map", 0, 0, "the new process could not be given what it needs: {errno} ({status})", MEMORY, exec_evidence },
    { "exec-resume", "exec_failed", "resume", 0, 0, "the new process was made and could not be started: {errno} ({status})", VIRUS, exec_evidence },
    /* DLLs, the runtime */
    { "dll-not-found", "dll_failed", NULL, E_NOENT, 0, "{name} or a DLL that it needs was not found", "ldd says which", NULL },
    { "dll-failed", "dll_failed", NULL, 0, 0, "{name} could not be loaded: {errno} ({status})", NULL, NULL },
    { "mount-entry", "mount_entry_bad", NULL, 0, 0, "an entry of the mount table cannot be used: {name}: {why}", "mount, umount", NULL },
    /* ends */
    { "signal-other", "signal_sent", NULL, 0, 0, "another process sent it {sig}", NULL, NULL },
    { "crash-stack", "child_ended", NULL, 0, ST_STACK_OVERFLOW, "its stack was full (endless recursion, or too large variables)", NULL, NULL },
    { "crash-silent", "child_ended", NULL, 0, ST_ACCESS_VIOLATION, "it used memory that is not there, where no handler could run", NULL, NULL },
    { "crash-fast", "child_ended", NULL, 0, 0xc0000409u, "a check found its stack overwritten (fast fail)", NULL, NULL },
    { "start-dll-missing", "child_ended", NULL, 0, ST_DLL_NOT_FOUND, "a DLL that it needs was not found", "ldd says which; put its folder on PATH or install it", NULL },
    { "start-entry-missing", "child_ended", NULL, 0, ST_ENTRYPOINT, "a DLL that it needs lacks a function", "cygcheck names DLL and function", NULL },
    { "start-entry-missing", "child_ended", NULL, 0, ST_WINE_STUB, "it called a function that one of its DLLs lacks", "cygcheck names DLL and function", NULL },
    { "killed", "child_ended", NULL, 0, 0, "it was ended from outside, {status}; nobody in this trace sent a signal", "whoever called kill -9, the task manager or a job limit did that", ended_by_somebody },
    END("crash-null", fault_null, "it used a null pointer: address {addr}, at {module}+{offset}", "addr2line or gdb on that offset; strace --last shows the stack"),
    END("crash-jump", fault_jump, "it jumped to {addr}, where no code is: a bad function pointer, or the stack was overwritten", "strace --last shows the stack"),
    END("crash-access", fault_access, "it used memory that is not there, or not for that: address {addr}, at {module}+{offset}", "addr2line or gdb on that offset; strace --last shows the stack"),
    END("crash-stack", fault_stack, "its stack was full (endless recursion, or too large variables), at {module}+{offset}", "strace --last shows the stack"),
    END("crash-divide", fault_divide, "it divided by zero, at {module}+{offset}", NULL),
    END("crash-illegal", fault_illegal, "it ran into an instruction that this processor does not have, at {module}+{offset}", "built for another processor, or the program is damaged"),
    END("crash", fault_other, "hardware fault {code}, at {module}+{offset}", NULL),
    END("aborted", sig_abort, "it ended itself by SIGABRT, as abort() and failed assertions do", "its last messages; strace --last"),
    END("broken-pipe", sig_pipe, "it wrote into a pipe that nobody reads any more (SIGPIPE)", NULL),
    END("alarm", sig_alarm, "a timer that it had set ran out (SIGALRM)", NULL),
    END("signal-other", sig_other, "pid {si_pid} sent it {sig}", NULL),
    END("signal-self", sig_self, "it sent {sig} to itself", NULL),
    /* a call failed, and the program gave up */
    CALL("call-not-found", E_NOENT, "{call}: {path}: there is no such file", "look at the path and the mount that it is converted by"),
    CALL("call-denied", E_ACCES, "{call}: {path}: access denied", NULL),
    CALL("call-loop", E_LOOP, "{call}: {path}: a circle of symbolic links", "ls -l along the path"),
    CALL("call-no-space", E_NOSPC, "{call}: the disk is full", NULL),
    CALL("call-too-big", E_FBIG, "{call}: the file would become too large", "a limit (ulimit -f), or of the file system"),
    CALL("call-many-files", E_MFILE, "{call}: the process has too many files open", "ulimit -n, or it forgets to close"),
    CALL("call-many-files-all", E_NFILE, "{call}: too many files are open in the system", NULL),
    CALL("call-name-too-long", E_NAMETOOLONG, "{call}: {path}: the name is too long", NULL),
    CALL("call-not-a-folder", E_NOTDIR, "{call}: {path}: a part of it is a file, not a folder", NULL),
    CALL("call-is-folder", E_ISDIR, "{call}: {path}: is a folder", NULL),
    CALL("call-read-only", E_ROFS, "{call}: {path}: the file system cannot be written", NULL),
    CALL("call-busy", E_BUSY, "{call}: {path}: another program has it open and does not share it", NULL),
    CALL("call-exists", E_EXIST, "{call}: {path}: is there already", NULL),
    CALL("call-not-empty", E_NOTEMPTY, "{call}: {path}: the folder is not empty", NULL),
    CALL("call-other-volume", E_XDEV, "{call}: the two names are on different volumes", NULL),
    CALL("call-refused", E_CONNREFUSED, "{call}: nobody listens there", NULL),
    CALL("call-address-used", E_ADDRINUSE, "{call}: the address is in use", NULL),
    CALL("call-timed-out", E_TIMEDOUT, "{call}: no answer in time", NULL),
    CALL("call-unreachable", E_NETUNREACH, "{call}: there is no way to that network", NULL),
    CALL("call-not-implemented", E_NOSYS, "{call} is not implemented here", NULL),
    CALL("call-memory", E_NOMEM, "{call}: no memory", MEMORY),
};
const size_t why_rule_count = sizeof why_rules / sizeof *why_rules;
