/* SPDX-License-Identifier: BSD-2-Clause */
/* A shell that starts, forks, executes, pipes and signals; what recent failures left behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/out.h"

/* ---- self test ---- */

#define TIME_LIMIT 30000 /* ms */
#define PROOF      7     /* exit status by which a stage says that it worked */

static const struct stage {
    const char *id, *what, *script;
} stages[] = {
    { "start", "starts", "exit 7" },
    { "fork", "forks", "(exit 7); exit $?" },
    { "exec", "executes a program", "%s -c 'exit 7'" },
    { "pipe", "forks two processes with a pipe between them", "echo 7 | { read x; exit $x; }" },
    { "signal", "sends itself a signal", "trap 'exit 7' USR1; kill -USR1 $$; exit 8" },
};

/* "failed" with what the shell said; false. */
static bool run_stage(struct report *r, const char *sh, const struct stage *s, double *ms)
{
    size_t room = strlen(sh) * 2 + strlen(s->script) + 32;
    char *line = tool_realloc(NULL, room), *script = tool_realloc(NULL, room);
    struct buf said;
    int code;

    buf_init(&said, tool_realloc, NULL, 0);
    snprintf(script, room, s->script, "/bin/sh");
    snprintf(line, room, "\"%s\" -c \"%s\"", sh, script);
    code = run_capture(line, TIME_LIMIT, ms, &said);
    buf_putc(&said, 0);
    if (code == -2)
        find(r, FIND_ERROR, "hangs", "strace --last sh says where it hangs",
             "a shell that %s did not end within %d s", s->what, TIME_LIMIT / 1000);
    else if (code == -1)
        find(r, FIND_ERROR, "not-started", "what the checks dlls and images find comes first",
             "the shell cannot be started at all");
    else if (code != PROOF)
        find(r, FIND_ERROR, s->id, "strace --why last says why",
             "a shell that %s ended with %d instead of %d", s->what, code, PROOF);
    if (code != PROOF && *said.p)
        evidence(r, "what it said: %.*s", (int)strcspn(said.p, "\r\n"), said.p);
    buf_free(&said);
    tool_realloc(line, 0);
    tool_realloc(script, 0);
    return code == PROOF;
}

void check_fork(struct report *r)
{
    char *sh = tree_path("bin\\sh.exe");
    struct buf times;
    double ms;
    bool ok = true;

    if (file_kind(sh) != FILE_PLAIN) {
        find(r, FIND_INFO, "no-shell", "install a shell as sh",
             "there is no shell to try a fork with");
        tool_realloc(sh, 0);
        return;
    }
    buf_init(&times, tool_realloc, NULL, 0);
    for (size_t i = 0; ok && i < sizeof(stages) / sizeof(*stages); i++) {
        char text[64];

        if ((ok = run_stage(r, sh, &stages[i], &ms))) {
            snprintf(text, sizeof(text), "%s%s %.0f ms", i ? ", " : "", stages[i].id, ms);
            buf_puts(&times, text);
            snprintf(text, sizeof(text), "%.1f ms", ms);
            fact(r, "self-test", stages[i].id, "%s", text);
        }
    }
    buf_putc(&times, 0);
    if (ok)
        find(r, FIND_OK, "ok", NULL, "a shell did all that it was told: %s", times.p);
    buf_free(&times);
    tool_realloc(sh, 0);
}

/* ---- recent failures ---- */

/* Lines of `strace --why FILE`: the first says the cause, the next ones more. */
void check_failures(struct report *r)
{
    char *strace = tree_path("bin\\strace.exe"), *line;
    struct buf list, why;
    double ms;
    unsigned n = 0;

    buf_init(&list, tool_realloc, NULL, 0);
    buf_init(&why, tool_realloc, NULL, 0);
    line = tool_realloc(NULL, strlen(strace) + 64);
    sprintf(line, "\"%s\" --list", strace);
    if (file_kind(strace) == FILE_PLAIN && run_capture(line, TIME_LIMIT, &ms, &list) == 0) {
        buf_putc(&list, 0);
        for (char *p = list.p, *end; *p; p = end) {
            size_t len = strcspn(p, "\r\n");
            char key[32];

            end = p + len + strspn(p + len, "\r\n");
            p[len] = 0;
            snprintf(key, sizeof(key), "%.19s", p);
            if (n++ && len > 20)
                fact(r, "recent failures", key, "%s", p + 20);
        }
        sprintf(line, "\"%s\" --why last", strace);
        if (n > 1 && run_capture(line, TIME_LIMIT, &ms, &why) == 0) {
            buf_putc(&why, 0);
            fact(r, "recent failures", "strace --why last", "%.*s", (int)strcspn(why.p, "\r\n"),
                 why.p);
        }
    }
    find(r, FIND_OK, "ok", NULL, "%u recorders of processes that ended abnormally are kept",
         n ? n - 1 : 0);
    buf_free(&list);
    buf_free(&why);
    tool_realloc(line, 0);
    tool_realloc(strace, 0);
}
