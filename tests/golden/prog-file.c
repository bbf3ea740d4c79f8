/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls on files: flags, modes, offsets, data, errors. */
#include <fcntl.h>
#include <sys/stat.h>

#include "golden.h"

int main(void)
{
    char buf[10];
    int fd, d;

    golden_begin();
    fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0644);
    EXPECT("open(\"data\", O_RDWR|O_CREAT|O_TRUNC, 0644) = %d", fd);
    write(fd, "hello\n\001\"", 8);
    EXPECT("write(%d, \"hello\\n\\001\\\"\", 8) = 8", fd);
    lseek(fd, -3, SEEK_CUR);
    EXPECT("lseek(%d, -3, SEEK_CUR) = 5", fd);
    read(fd, buf, sizeof(buf));
    EXPECT("read(%d, \"\\n\\001\\\"\", 10) = 3", fd);
    d = dup(fd);
    EXPECT("dup(%d) = %d", fd, d);
    close(d);
    EXPECT("close(%d) = 0", d);
    close(fd);
    EXPECT("close(%d) = 0", fd);
    open("nothing", O_RDONLY);
    EXPECT("open(\"nothing\", O_RDONLY, 0) = -1 ENOENT");
    lseek(fd, 0, SEEK_END);
    EXPECT("lseek(%d, 0, SEEK_END) = -1 EBADF", fd);
    mkdir("dir", 0755);
    EXPECT("mkdir(\"dir\", 0755) = 0");
    access("dir", F_OK);
    EXPECT("access(\"dir\", F_OK) = 0");
    rename("data", "dir/data");
    EXPECT("rename(\"data\", \"dir/data\") = 0");
    unlink("dir/data");
    EXPECT("unlink(\"dir/data\") = 0");
    rmdir("dir");
    EXPECT("rmdir(\"dir\") = 0");
    return golden_end();
}
