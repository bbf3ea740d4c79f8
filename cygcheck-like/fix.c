/* SPDX-License-Identifier: BSD-2-Clause */
/* --fix: what can be put right without harm, asking about each. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/path/mounts_win.h"
#include "lib/tool/out.h"

static const char *const questions[] = {
    [FIX_FOLDER] = "Make the folder %s?",
    [FIX_LINK] = "Remove the dangling link %s?",
    [FIX_MOUNT] = "Remove the registry's value \"%s\"?",
};

static bool agrees(const struct finding *f)
{
    char answer[16];

    printf(questions[f->fix], f->fix_what);
    printf(" [y/N] ");
    fflush(stdout);
    return fgets(answer, sizeof(answer), stdin) && tolower((unsigned char)*answer) == 'y';
}

static bool repair(const struct finding *f)
{
    unsigned long error = 0;

    switch (f->fix) {
    case FIX_FOLDER:
        return folder_create(f->fix_what);
    case FIX_LINK:
        return file_remove(f->fix_what);
    default:
        return mounts_write(f->fix_key, f->fix_what, NULL, &error) == 0;
    }
}

unsigned fix_all(struct report *r, bool yes)
{
    unsigned done = 0, failed = 0;

    for (size_t i = 0; i < r->findings; i++) {
        const struct finding *f = &r->finding[i];

        if (f->fix == FIX_NONE || (!yes && !agrees(f)))
            continue;
        if (repair(f)) {
            done++;
        } else {
            failed++;
            tool_error("%s: cannot be repaired", f->fix_what);
        }
    }
    printf("%u repaired, %u failed\n", done, failed);
    return failed;
}
