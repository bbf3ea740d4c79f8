/* SPDX-License-Identifier: BSD-2-Clause */
/* For noacl.sh: what a program sees where lists do not count. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MUST(c) do { if (!(c)) { printf("# line %d: %s (errno %d)\n", __LINE__, #c, errno); return 1; } } while (0)

int main(void)
{
    struct stat st;
    acl_t a;
    int fd = open("noacl-file", O_CREAT | O_RDWR | O_TRUNC, 0600);

    MUST(fd >= 0 && write(fd, "#!/bin/sh\n", 10) == 10);
    MUST(fstat(fd, &st) == 0 && st.st_uid == geteuid() && st.st_gid == getegid());
    MUST((st.st_mode & 07777) == 0755);
    MUST(chown("noacl-file", 12345, 12345) == 0);
    MUST(fchown(fd, 18, 544) == 0);
    MUST(stat("noacl-file", &st) == 0 && st.st_uid == geteuid());
    MUST(chmod("noacl-file", 0444) == 0);
    MUST(stat("noacl-file", &st) == 0 && (st.st_mode & 0222) == 0);
    MUST(access("noacl-file", W_OK) < 0 && errno == EACCES);
    MUST(chmod("noacl-file", 0644) == 0);
    MUST(access("noacl-file", R_OK | W_OK | X_OK) == 0);
    a = acl_from_text("u::rwx,u:18:r--,g::---,m::r--,o::---");
    MUST(a && acl_set_file("noacl-file", ACL_TYPE_ACCESS, a) < 0 && errno == EOPNOTSUPP);
    acl_free(a);
    MUST(close(fd) == 0 && unlink("noacl-file") == 0);
    return 0;
}
