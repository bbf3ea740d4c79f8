/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of the test's own to work in, removed at the end. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_name[64];

static void scratch_enter(void)
{
    snprintf(scratch_name, sizeof(scratch_name), "scratch.%d", (int)getpid());
    if (mkdir(scratch_name, 0755) < 0 || chdir(scratch_name) < 0) {
        perror(scratch_name);
        exit(2);
    }
}

/* Everything below the working directory goes. */
static void scratch_clear(void)
{
    DIR *d = opendir(".");
    struct dirent *e;
    struct stat st;

    while (d && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (lstat(e->d_name, &st) == 0 && S_ISDIR(st.st_mode) && chdir(e->d_name) == 0) {
            scratch_clear();
            if (chdir("..") < 0)
                exit(2);
            rmdir(e->d_name);
        } else {
            unlink(e->d_name);
        }
    }
    if (d)
        closedir(d);
}

static void scratch_leave(void)
{
    scratch_clear();
    if (chdir("..") == 0)
        rmdir(scratch_name);
}

#endif
