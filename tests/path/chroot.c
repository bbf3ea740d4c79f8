/* SPDX-License-Identifier: BSD-2-Clause */
/* chroot(): what is outside does not exist, by POSIX, Windows and network names alike. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/cygwin.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char outside[4096], win_outside[4096], win_inside[4096];

static void touch(const char *name)
{
    CHECK(close(open(name, O_CREAT | O_WRONLY, 0644)) == 0);
}

static void inside(void)
{
    char buf[4096];
    struct stat st;

    test("names start at the root");
    CHECK(stat("/file", &st) == 0);
    CHECK(stat("/sub/file", &st) == 0);
    CHECK(access("/jail", F_OK) < 0 && errno == ENOENT);
    CHECK(access("/bin", F_OK) < 0 && errno == ENOENT);
    CHECK(access("/usr/bin", F_OK) < 0 && errno == ENOENT);
    CHECK(access("/cygdrive/c", F_OK) < 0);
    test(".. ends at the root");
    CHECK(stat("/../../file", &st) == 0);
    CHECK(stat("/sub/../../sub/../../file", &st) == 0);
    CHECK(chdir("..") == 0 && getcwd(buf, sizeof buf));
    CHECK_STR("/", buf);
    test("Windows names are confined");
    CHECK(access(win_outside, F_OK) < 0 && errno == ENOENT);
    CHECK(access("C:\\windows", F_OK) < 0 && errno == ENOENT);
    CHECK(access("c:/windows", F_OK) < 0 && errno == ENOENT);
    CHECK(access("\\\\?\\C:\\windows", F_OK) < 0 && errno == ENOENT);
    CHECK(access("//server/share", F_OK) < 0 && errno == ENOENT);
    CHECK(access("\\\\server\\share", F_OK) < 0 && errno == ENOENT);
    CHECK(open("C:\\x", O_CREAT | O_WRONLY, 0644) < 0 && errno == ENOENT);
    CHECK(access(win_inside, F_OK) == 0);
    test("links are seen from the root");
    CHECK(stat("/abs", &st) == 0);
    CHECK(stat("/up", &st) == 0);
    CHECK(access("/away", F_OK) < 0 && errno == ENOENT);
    CHECK(access("/win", F_OK) < 0 && errno == ENOENT);
    test("conversion");
    CHECK_EQ(0, cygwin_conv_path(CCP_POSIX_TO_WIN_A, "/file", buf, sizeof buf));
    CHECK_STR(win_inside, buf);
    CHECK_EQ(0, cygwin_conv_path(CCP_WIN_A_TO_POSIX, win_inside, buf, sizeof buf));
    CHECK_STR("/file", buf);
    test("devices are there");
    CHECK(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
    test("making and removing");
    CHECK(mkdir("/new", 0755) == 0 && rmdir("/new") == 0);
    CHECK(rename("/sub/file", "/sub/file2") == 0 && rename("/sub/file2", "/../sub/file") == 0);
}

int main(int argc, char **argv)
{
    char cwd[4096], self[4096];
    int status;

    if (argc == 2) {        /* started by exec in the root */
        struct stat st;

        return stat("/file", &st) == 0 && access("/jail", F_OK) < 0 ? 5 : 6;
    }
    CHECK(getcwd(cwd, sizeof cwd) != NULL);
    CHECK(mkdir("jail", 0755) == 0 && mkdir("jail/sub", 0755) == 0);
    touch("jail/file");
    touch("jail/sub/file");
    touch("outside");
    snprintf(outside, sizeof outside, "%s/outside", cwd);
    CHECK_EQ(0, cygwin_conv_path(CCP_POSIX_TO_WIN_A, outside, win_outside, sizeof win_outside));
    CHECK_EQ(0, cygwin_conv_path(CCP_POSIX_TO_WIN_A, "jail/file", win_inside, sizeof win_inside));
    CHECK(symlink("/sub/file", "jail/abs") == 0);
    CHECK(symlink("../../../sub/file", "jail/up") == 0);
    CHECK(symlink(outside, "jail/away") == 0);
    CHECK(symlink(win_outside, "jail/win") == 0);
    CHECK_EQ(0, cygwin_conv_path(CCP_WIN_A_TO_POSIX, argv[0], self, sizeof self));
    if (!strstr(self, ".exe"))
        strcat(self, ".exe");
    CHECK(link(self, "jail/prog.exe") == 0);

    test("errors");
    CHECK_ERR(ENOENT, chroot("nothing"));
    CHECK_ERR(ENOTDIR, chroot("outside"));
    if (fork() == 0) {
        test("the working directory");
        CHECK(chdir("jail/sub") == 0 && chroot("..") == 0);
        CHECK(getcwd(cwd, sizeof cwd) != NULL);
        CHECK_STR("/sub", cwd);
        inside();
        test("a child has the same root");
        if (fork() == 0) {
            struct stat st;

            _exit(stat("/sub/file", &st) == 0 && access("/jail", F_OK) < 0 ? 7 : 8);
        }
        CHECK(wait(&status) > 0 && WEXITSTATUS(status) == 7);
        test("a program has the same root");
        if (fork() == 0) {
            execl("/prog", "prog", "inner", (char *)NULL);
            _exit(9);
        }
        CHECK(wait(&status) > 0);
        CHECK_EQ(5, WEXITSTATUS(status));
        test("a root in the root");
        CHECK(chroot("/sub") == 0 && access("/file", F_OK) == 0 && access("/sub", F_OK) < 0);
        CHECK(getcwd(cwd, sizeof cwd) != NULL);
        CHECK_STR("/", cwd);
        _exit(test_done());
    }
    CHECK(wait(&status) > 0);
    CHECK(access("jail/file", F_OK) == 0);
    return status ? 1 : 0;
}
