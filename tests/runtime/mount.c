/* SPDX-License-Identifier: BSD-2-Clause */
/* mount(), umount(), getmntent(): changes count at once, in this process and in children. */
/* alone: changes the registry of the build's prefix (and puts it back) */
#include <mntent.h>
#include <stdlib.h>
#include <sys/cygwin.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static int listed(const char *dir, const char *option)
{
    FILE *f = setmntent(MOUNTED, "r");
    struct mntent *m;
    int n = 0;

    CHECK(f != NULL);
    while ((m = getmntent(f)) != NULL)
        n += !strcmp(m->mnt_dir, dir) && (!option || hasmntopt(m, option));
    CHECK_EQ(1, endmntent(f));
    return n;
}

int main(void)
{
    char win[4096], cwd[4096];
    struct stat a, b;
    int status;

    CHECK(getcwd(cwd, sizeof cwd) != NULL);
    CHECK(mkdir("sub", 0755) == 0);
    CHECK_EQ(0, cygwin_conv_path(CCP_POSIX_TO_WIN_A, cwd, win, sizeof win));

    test("mount");
    CHECK_EQ(0, mount(win, "/mount test", MOUNT_TEXT));
    CHECK(stat("sub", &a) == 0 && stat("/mount test/sub", &b) == 0);
    CHECK(a.st_ino == b.st_ino);
    CHECK_EQ(1, listed("/mount test", "text"));
    CHECK_EQ(1, listed("/", NULL));
    test("a child sees it, and its change is seen here");
    if (fork() == 0) {
        int r = stat("/mount test/sub", &b) == 0 && umount("/mount test") == 0;

        _exit(r ? 3 : 4);
    }
    CHECK(wait(&status) > 0 && WEXITSTATUS(status) == 3);
    CHECK_ERR(ENOENT, stat("/mount test/sub", &b));
    CHECK_EQ(0, listed("/mount test", NULL));
    test("errors");
    CHECK_ERR(ENOENT, umount("/mount test"));
    CHECK_ERR(EINVAL, mount("relative", "/x", 0));
    CHECK_ERR(EINVAL, mount(win, "x", 0));
    CHECK_ERR(EFAULT, mount(NULL, "/x", 0));
    return test_done();
}
