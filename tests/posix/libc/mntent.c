/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of mounts as text: <mntent.h>; and getdelim, which reads such lines. */
#include <mntent.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    struct mntent add = { "/dev/a b", "/mnt/x\ty", "ext4", "rw,size=10,ro", 1, 2 }, *m;
    struct mntent got;
    char buf[256];
    char *s, *line = NULL;
    size_t size = 0;
    FILE *f;

    test("a table is written and read");
    CHECK((f = setmntent("tab", "w+")) != NULL);
    CHECK(fputs("# comment\n\n  \nproc /proc proc\n", f) >= 0);
    CHECK(addmntent(f, &add) == 0);
    rewind(f);
    CHECK((m = getmntent(f)) != NULL && strcmp(m->mnt_dir, "/proc") == 0 && strcmp(m->mnt_opts, "") == 0);
    CHECK((m = getmntent_r(f, &got, buf, sizeof(buf))) == &got);
    CHECK(strcmp(got.mnt_fsname, add.mnt_fsname) == 0 && strcmp(got.mnt_dir, add.mnt_dir) == 0);
    CHECK(strcmp(got.mnt_opts, add.mnt_opts) == 0 && got.mnt_freq == 1 && got.mnt_passno == 2);
    CHECK(getmntent(f) == NULL);
    CHECK(endmntent(f) == 1);

    test("options of an entry");
    CHECK((s = hasmntopt(&add, "size")) != NULL && strncmp(s, "size=10", 7) == 0);
    CHECK((s = hasmntopt(&add, "ro")) != NULL && strcmp(s, "ro") == 0);
    CHECK(hasmntopt(&add, "siz") == NULL);

    test("getline and getdelim");
    CHECK((f = fopen("lines", "w+")) != NULL && fputs("one\ntwo;three", f) >= 0);
    rewind(f);
    CHECK(getline(&line, &size, f) == 4 && strcmp(line, "one\n") == 0);
    CHECK(getdelim(&line, &size, ';', f) == 4 && strcmp(line, "two;") == 0);
    CHECK(getdelim(&line, &size, ';', f) == 5 && strcmp(line, "three") == 0);
    CHECK(getline(&line, &size, f) == -1);
    free(line);
    fclose(f);
    return test_done();
}
