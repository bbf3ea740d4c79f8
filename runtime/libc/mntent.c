/* SPDX-License-Identifier: BSD-2-Clause */
/* <mntent.h>: tables of mounts as text, one a line, with blanks written as \040. */
#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Open a table of mounts; the list of what is mounted needs no file in /etc. */
FILE *setmntent(const char *file, const char *mode)
{
    if (strcmp(file, _PATH_MOUNTED) == 0 && access(file, F_OK) < 0)
        file = "/proc/self/mounts";
    return fopen(file, mode);
}

int endmntent(FILE *stream)
{
    if (stream)
        fclose(stream);
    return 1;
}

/* \ooo in place: blanks, tabs, newlines and backslashes of names. */
static void unescape(char *s)
{
    char *to = s;

    while (*s) {
        if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
            *to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
            s += 4;
        } else {
            *to++ = *s++;
        }
    }
    *to = 0;
}

static char *field(char **at, char *otherwise)
{
    char *s = *at + strspn(*at, " \t");

    if (!*s)
        return otherwise;
    *at = s + strcspn(s, " \t");
    if (**at)
        *(*at)++ = 0;
    unescape(s);
    return s;
}

/* 1: an entry; 0: empty or a comment */
static int parse(char *line, struct mntent *m)
{
    char *at = line;

    line[strcspn(line, "\n")] = 0;
    line += strspn(line, " \t");
    if (!*line || *line == '#')
        return 0;
    at = line;
    m->mnt_fsname = field(&at, "");
    m->mnt_dir = field(&at, "");
    m->mnt_type = field(&at, "");
    m->mnt_opts = field(&at, "");
    m->mnt_freq = atoi(field(&at, "0"));
    m->mnt_passno = atoi(field(&at, "0"));
    return 1;
}

/** The next entry, its strings in buf. @return entry, or NULL at the end. A longer line is cut. GNU */
struct mntent *getmntent_r(FILE *stream, struct mntent *entry, char *buf, int size)
{
    int c;

    while (fgets(buf, size, stream)) {
        if (!strchr(buf, '\n'))
            while ((c = getc(stream)) != EOF && c != '\n')
                ;
        if (parse(buf, entry))
            return entry;
    }
    return NULL;
}

/** The next entry, valid until the next call; NULL at the end. */
struct mntent *getmntent(FILE *stream)
{
    static struct mntent entry;
    static char *line;
    static size_t size;

    while (getline(&line, &size, stream) >= 0)
        if (parse(line, &entry))
            return &entry;
    return NULL;
}

/** Where the option (name or name=value) stands among the entry's; NULL when it does not. */
char *hasmntopt(const struct mntent *entry, const char *option)
{
    size_t n = strlen(option);
    char *s = entry->mnt_opts;

    for (;;) {
        if (strncmp(s, option, n) == 0 && (s[n] == 0 || s[n] == ',' || s[n] == '='))
            return s;
        if (!(s = strchr(s, ',')))
            return NULL;
        s++;
    }
}

static void put_escaped(FILE *out, const char *s, int end)
{
    for (; *s; s++) {
        if (strchr(" \t\n\\", *s))
            fprintf(out, "\\%03o", (unsigned char)*s);
        else
            fputc(*s, out);
    }
    fputc(end, out);
}

/** Append an entry. @return 0, or 1 with errno set */
int addmntent(FILE *stream, const struct mntent *m)
{
    if (fseek(stream, 0, SEEK_END) != 0)
        return 1;
    put_escaped(stream, m->mnt_fsname, ' ');
    put_escaped(stream, m->mnt_dir, ' ');
    put_escaped(stream, m->mnt_type, ' ');
    put_escaped(stream, m->mnt_opts, ' ');
    return fprintf(stream, "%d %d\n", m->mnt_freq, m->mnt_passno) < 0 || fflush(stream) != 0;
}
