/* SPDX-License-Identifier: BSD-2-Clause */
/* Permissions: what chmod, umask and the modes of new files leave. The modes are those that every file system
 * here keeps: the group's bits as the others', nothing executable but folders that can be read. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static unsigned mode_of(const char *name)
{
    struct stat st;

    return stat(name, &st) == 0 ? st.st_mode & 07777 : 077777;
}

static void make(const char *name, mode_t mode, const char *text)
{
    int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, mode);

    CHECK(fd >= 0);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK(close(fd) == 0);
}

static const unsigned modes[] = { 0644, 0600, 0444, 0400, 0666, 0200, 0622, 0466 };
#define MODES (sizeof(modes) / sizeof(modes[0]))

int main(void)
{
    char name[64];
    struct stat st;
    int fd;

    scratch_enter();
    test("a new file has its mode less the umask");
    umask(022);
    make("f666", 0666, "x");
    CHECK_EQ(0644, mode_of("f666"));
    umask(077);
    make("f077", 0666, "x");
    CHECK_EQ(0600, mode_of("f077"));
    CHECK(mkdir("d077", 0777) == 0);
    CHECK_EQ(0700, mode_of("d077"));
    umask(0);
    make("f0", 0666, "x");
    CHECK_EQ(0666, mode_of("f0"));
    CHECK(mkdir("d0", 0777) == 0);
    CHECK_EQ(0777, mode_of("d0"));
    make("f444", 0444, "read only from the start");
    CHECK_EQ(0444, mode_of("f444"));
    CHECK(mkfifo("fifo", 0600) == 0);
    CHECK_EQ(0600, mode_of("fifo"));
    umask(022);

    for (size_t i = 0; i < MODES; i++) {
        test("chmod to %o, of a file and a folder, by name and by descriptor", modes[i]);
        CHECK(chmod("f666", modes[i]) == 0);
        CHECK_EQ(modes[i], mode_of("f666"));
        CHECK(chmod("d0", modes[i] | 0500 | (modes[i] & 044) >> 2) == 0);
        CHECK_EQ(modes[i] | 0500 | (modes[i] & 044) >> 2, mode_of("d0"));
        CHECK(chmod("f077", 0600) == 0);
        fd = open("f077", O_RDWR);
        CHECK(fchmod(fd, modes[i]) == 0);
        CHECK(fstat(fd, &st) == 0);
        CHECK_EQ(modes[i], st.st_mode & 07777);
        CHECK_EQ(modes[i], mode_of("f077"));
        CHECK(close(fd) == 0);
    }

    test("a mode goes along with the file");
    CHECK(chmod("f077", 0622) == 0);
    CHECK(rename("f077", "moved") == 0);
    CHECK_EQ(0622, mode_of("moved"));
    CHECK(link("moved", "linked") == 0);
    CHECK_EQ(0622, mode_of("linked"));
    CHECK(chmod("linked", 0600) == 0);
    CHECK_EQ(0600, mode_of("moved"));

    test("writing to a file and cutting it leave its mode");
    fd = open("moved", O_WRONLY | O_TRUNC | O_CREAT, 0777);
    CHECK(fd >= 0 && write(fd, "yy", 2) == 2 && close(fd) == 0);
    CHECK_EQ(0600, mode_of("moved"));

    make("script", 0644, "exit 6\n");
    test("what nothing says is a program cannot be run");
    CHECK_ERR(EACCES, access("script", X_OK));
    CHECK(access("script", R_OK | W_OK) == 0);

    test("a file that nobody may write can be removed: the folder decides");
    CHECK(unlink("f444") == 0);
    CHECK(access("f444", F_OK) != 0);

    test("the own user and group are owner and group of a new file; to give it to them changes nothing");
    CHECK(stat("script", &st) == 0);
    CHECK_EQ(geteuid(), st.st_uid);
    CHECK_EQ(getegid(), st.st_gid);
    CHECK(chown("script", geteuid(), getegid()) == 0);
    CHECK(chown("script", (uid_t)-1, (gid_t)-1) == 0);
    CHECK_EQ(0644, mode_of("script"));
    fd = open("script", O_RDONLY);
    CHECK(fchown(fd, geteuid(), (gid_t)-1) == 0);
    CHECK(close(fd) == 0);

    test("errors");
    CHECK_ERR(ENOENT, chmod("nothing", 0600));
    CHECK_ERR(ENOTDIR, chmod("script/x", 0600));
    CHECK_ERR(EBADF, fchmod(99, 0600));
    CHECK_ERR(ENOENT, chown("nothing", geteuid(), getegid()));
    CHECK_ERR(ENOENT, access("nothing", R_OK));
    CHECK_ERR(EINVAL, access("script", 64));
    snprintf(name, sizeof name, "%s", "script");
    CHECK(unlink(name) == 0);
    return test_done();
}
