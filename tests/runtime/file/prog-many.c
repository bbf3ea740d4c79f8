/* SPDX-License-Identifier: BSD-2-Clause */
/* For many.sh: what a folder of many files looks like, in order and in numbers that every system has to print
 * alike. The folder's files are file-00000 and so on; the argument is how many. At the end it is empty. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned listing(int many, const char *suffix)
{
    unsigned char *seen = calloc((size_t)many, 1);
    unsigned sum = 0, n = 0, twice = 0;
    struct dirent *e;
    DIR *d = opendir(".");
    char end[16];

    while (d && (e = readdir(d)) != NULL) {
        int i;

        if (sscanf(e->d_name, "file-%d%15s", &i, end) != (*suffix ? 2 : 1) || (*suffix && strcmp(end, suffix)))
            continue;
        twice += i < 0 || i >= many || seen[i]++;
        sum = sum * 31 + 1;
        n++;
    }
    closedir(d);
    free(seen);
    printf("listed %s: %u, wrong %u\n", *suffix ? suffix : "all", n, twice);
    return n;
}

int main(int argc, char **argv)
{
    int many = argc > 1 ? atoi(argv[1]) : 0, found = 0, missing = 0, made = 0, again = 0, moved = 0, gone = 0, inos = 0;
    char name[64], to[64];
    struct stat st;
    glob_t g;

    listing(many, "");
    for (int i = 0; i < many; i += 97) {
        snprintf(name, sizeof name, "file-%05d", i);
        found += stat(name, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1;
        inos += st.st_ino != 0;
        snprintf(name, sizeof name, "file-%05d.not", i);
        missing += stat(name, &st) < 0 && errno == ENOENT;
    }
    printf("found %d, with a number %d, missing %d\n", found, inos, missing);
    for (int i = 0; i < many; i += 1009) {
        int fd;

        snprintf(name, sizeof name, "file-%05d.new", i);
        made += (fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0644)) >= 0 && close(fd) == 0;
        again += open(name, O_CREAT | O_EXCL | O_WRONLY, 0644) < 0 && errno == EEXIST;
        snprintf(to, sizeof to, "file-%05d", i);
        moved += rename(name, to) == 0 && stat(name, &st) < 0;
    }
    printf("made %d, not twice %d, moved %d\n", made, again, moved);
    printf("glob %d, ", glob("file-*7", 0, NULL, &g));
    printf("%zu names, first %s, last %s\n", g.gl_pathc, g.gl_pathv[0], g.gl_pathv[g.gl_pathc - 1]);
    globfree(&g);
    listing(many, "");
    for (int i = 0; i < many; i++) {
        snprintf(name, sizeof name, "file-%05d", i);
        gone += unlink(name) == 0;
    }
    printf("removed %d\n", gone);
    listing(many, "");
    return 0;
}
