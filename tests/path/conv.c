/* SPDX-License-Identifier: BSD-2-Clause */
/* cygwin_conv_path and its relatives, in the running tree. */
#include <stdlib.h>
#include <sys/cygwin.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static char root[4096];     /* the tree's Windows name, without \ at the end */

static const char *win(unsigned how, const char *name)
{
    static char out[8192];

    if (cygwin_conv_path(CCP_POSIX_TO_WIN_A | how, name, out, sizeof out))
        return "failed";
    return out;
}

static const char *posix(unsigned how, const char *name)
{
    static char out[8192];

    if (cygwin_conv_path(CCP_WIN_A_TO_POSIX | how, name, out, sizeof out))
        return "failed";
    return out;
}

static const char *below_root(const char *s)
{
    return strncmp(s, root, strlen(root)) ? s : s + strlen(root);
}

static void single(void)
{
    char small[4];
    ssize_t n;

    test("POSIX to Windows");
    strcpy(root, win(0, "/"));
    root[strlen(root) - 1] = 0;
    CHECK_STR("\\bin", below_root(win(0, "/usr/bin")));
    CHECK_STR("\\bin\\no\\such", below_root(win(0, "/usr/bin/no/such")));
    CHECK_STR("\\etc\\", below_root(win(0, "/etc/")));
    CHECK_STR("C:\\", win(0, "/cygdrive/c"));
    CHECK_STR("Q:\\x\\y", win(0, "/cygdrive/q/x/y"));
    CHECK_STR("Q:\\x", win(0, "q:/x"));
    CHECK_STR("\\\\no\\such\\x", win(0, "//no/such/x"));
    CHECK_STR("a\\b", win(CCP_RELATIVE, "a/b"));
    CHECK_STR("NUL", win(0, "/dev/null"));
    test("Windows to POSIX");
    CHECK_STR("/", posix(0, root));
    CHECK_STR("/cygdrive/q/x", posix(0, "Q:\\x"));
    CHECK_STR("a/b", posix(CCP_RELATIVE, "a\\b"));
    CHECK_STR("//no/such", posix(0, "\\\\no\\such"));
    test("sizes and errors");
    n = cygwin_conv_path(CCP_POSIX_TO_WIN_A, "/cygdrive/c/x", NULL, 0);
    CHECK_EQ(5, n);
    CHECK_EQ(10, cygwin_conv_path(CCP_POSIX_TO_WIN_W, "/cygdrive/c/x", NULL, 0));
    CHECK_ERR(ENOSPC, cygwin_conv_path(CCP_POSIX_TO_WIN_A, "/cygdrive/c/x", small, sizeof small));
    CHECK_ERR(ENOENT, cygwin_conv_path(CCP_POSIX_TO_WIN_A, "", small, sizeof small));
    CHECK_ERR(EINVAL, cygwin_conv_path(CCP_POSIX_TO_WIN_A, NULL, small, sizeof small));
}

static void links(void)
{
    char cwd[4096], want[8192];
    char *s;

    test("links are followed");
    CHECK(mkdir("t", 0755) == 0);
    CHECK(symlink("t", "l") == 0);
    CHECK(getcwd(cwd, sizeof cwd) != NULL);
    strcat(cwd, "/t/x");
    strcpy(want, win(0, cwd));
    CHECK_STR(want, win(0, "l/x"));
    test("cygwin_create_path");
    s = cygwin_create_path(CCP_WIN_A_TO_POSIX, "Q:\\x");
    CHECK_STR("/cygdrive/q/x", s);
    free(s);
    CHECK(!cygwin_create_path(CCP_WIN_A_TO_POSIX, "") && errno == ENOENT);
}

static void lists(void)
{
    char out[4096], dir[100], file[100];

    test("lists");
    CHECK_EQ(0, cygwin_conv_path_list(CCP_POSIX_TO_WIN_A, "/cygdrive/q/a:/cygdrive/r", out, sizeof out));
    CHECK_STR("Q:\\a;R:\\", out);
    CHECK_EQ(0, cygwin_conv_path_list(CCP_WIN_A_TO_POSIX, "Q:\\a;R:\\", out, sizeof out));
    CHECK_STR("/cygdrive/q/a:/cygdrive/r", out);
    CHECK(cygwin_posix_to_win32_path_list_buf_size("/cygdrive/q") >= 4);
    CHECK_EQ(0, cygwin_posix_to_win32_path_list("/cygdrive/q/b:c", out));
    CHECK_STR("Q:\\b;c", out);
    CHECK(cygwin_posix_path_list_p("/a:/b") && !cygwin_posix_path_list_p("C:\\a;b"));
    test("splitting");
    cygwin_split_path("/a/b", dir, file);
    CHECK_STR("/a", dir);
    CHECK_STR("b", file);
    cygwin_split_path("/a", dir, file);
    CHECK_STR("/", dir);
    cygwin_split_path("a", dir, file);
    CHECK_STR(".", dir);
    CHECK_STR("a", file);
    cygwin_split_path("C:\\x", dir, file);
    CHECK_STR("C:\\", dir);
    CHECK_STR("x", file);
    cygwin_split_path("a/b/", dir, file);
    CHECK_STR("a", dir);
    CHECK_STR("b", file);
}

int main(void)
{
    single();
    links();
    lists();
    return test_done();
}
