/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/registry: keys as folders, values as files. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static int entries(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;

    if (!d)
        return -1;
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

/* Everything that is listed can be looked at, and is what the list says. */
static int walk(const char *dir, int depth)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    int bad = !d;

    while (d && (e = readdir(d)) != NULL) {
        char path[4096];
        struct stat st;

        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
        if (lstat(path, &st) < 0 || (e->d_type == DT_DIR) != !!S_ISDIR(st.st_mode)) {
            test_note("%s", path);
            bad++;
        } else if (S_ISDIR(st.st_mode) && depth) {
            bad += walk(path, depth - 1);
        }
    }
    if (d)
        closedir(d);
    return bad;
}

int main(void)
{
    char text[256];
    struct stat st;
    ssize_t n;
    int fd;

    test("hives and keys");
    CHECK_EQ(7, entries("/proc/registry"));
    CHECK(entries("/proc/registry/HKEY_LOCAL_MACHINE") > 3);
    CHECK(entries("/proc/registry/HKEY_CURRENT_USER") > 3);
    CHECK(stat("/proc/registry/HKEY_LOCAL_MACHINE/Software", &st) == 0 && S_ISDIR(st.st_mode));
    CHECK_ERR(ENOENT, stat("/proc/registry/HKEY_NONE", &st));
    CHECK_ERR(ENOENT, stat("/proc/registry/HKEY_LOCAL_MACHINE/no such key", &st));
    test("a value");
    fd = open("/proc/registry/HKEY_LOCAL_MACHINE/Software/Microsoft/Windows NT/CurrentVersion/CurrentVersion", O_RDONLY);
    CHECK(fd >= 0);
    n = read(fd, text, sizeof(text));
    CHECK(n >= 4 && text[n - 1] == 0 && strchr(text, '.'));
    close(fd);
    test("what is listed is there");
    CHECK_EQ(0, walk("/proc/registry/HKEY_LOCAL_MACHINE/Software/Microsoft/Windows NT", 2));
    return test_done();
}
