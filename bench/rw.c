/* SPDX-License-Identifier: BSD-2-Clause */
/* read() and write() of 64 KiB blocks of a file against ReadFile and WriteFile of the same file, in the same
 * process; and what a lock costs. */
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define BLOCK 65536
#define BLOCKS 128 /* 8 MiB: stays in the cache */

void *CreateFileA(const char *, unsigned, unsigned, void *, unsigned, unsigned, void *);
int ReadFile(void *, void *, unsigned, unsigned *, void *);
int WriteFile(void *, const void *, unsigned, unsigned *, void *);
unsigned SetFilePointer(void *, int, int *, unsigned);
int CloseHandle(void *);
int LockFile(void *, unsigned, unsigned, unsigned, unsigned);
int UnlockFile(void *, unsigned, unsigned, unsigned, unsigned);

static char buf[BLOCK];
static int fd;
static void *handle;

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* All of these: nanoseconds a block. */
static double our_write(void *arg)
{
    double t = now();

    lseek(fd, 0, SEEK_SET);
    for (int i = 0; i < BLOCKS; i++)
        if (write(fd, buf, BLOCK) != BLOCK)
            return -1;
    return (now() - t) / BLOCKS;
}

static double our_read(void *arg)
{
    double t = now();

    lseek(fd, 0, SEEK_SET);
    for (int i = 0; i < BLOCKS; i++)
        if (read(fd, buf, BLOCK) != BLOCK)
            return -1;
    return (now() - t) / BLOCKS;
}

static double bare_write(void *arg)
{
    double t = now();
    unsigned n;

    SetFilePointer(handle, 0, NULL, 0);
    for (int i = 0; i < BLOCKS; i++)
        if (!WriteFile(handle, buf, BLOCK, &n, NULL) || n != BLOCK)
            return -1;
    return (now() - t) / BLOCKS;
}

static double bare_read(void *arg)
{
    double t = now();
    unsigned n;

    SetFilePointer(handle, 0, NULL, 0);
    for (int i = 0; i < BLOCKS; i++)
        if (!ReadFile(handle, buf, BLOCK, &n, NULL) || n != BLOCK)
            return -1;
    return (now() - t) / BLOCKS;
}

static double our_append(void *arg)
{
    int log = open("bench-rw.log", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
    double t = now();

    for (int i = 0; i < BLOCKS; i++)
        if (write(log, buf, 100) != 100)
            return -1;
    t = now() - t;
    close(log);
    return t / BLOCKS;
}

static double bare_append(void *arg)
{
    void *log = CreateFileA("bench-rw.log", 0x100004 /* SYNCHRONIZE, FILE_APPEND_DATA */, 7, NULL, 2, 0x80, NULL);
    double t = now();
    unsigned n;

    for (int i = 0; i < BLOCKS; i++)
        if (!WriteFile(log, buf, 100, &n, NULL) || n != 100)
            return -1;
    t = now() - t;
    CloseHandle(log);
    return t / BLOCKS;
}

static double our_lock(void *arg)
{
    struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10 };
    double t = now();

    for (int i = 0; i < BLOCKS; i++) {
        l.l_type = F_WRLCK;
        if (fcntl(fd, F_SETLK, &l) < 0)
            return -1;
        l.l_type = F_UNLCK;
        if (fcntl(fd, F_SETLK, &l) < 0)
            return -1;
    }
    return (now() - t) / BLOCKS;
}

static double bare_lock(void *arg)
{
    double t = now();

    for (int i = 0; i < BLOCKS; i++)
        if (!LockFile(handle, 0, 0, 10, 0) || !UnlockFile(handle, 0, 0, 10, 0))
            return -1;
    return (now() - t) / BLOCKS;
}

int main(void)
{
    int bad = 0;

    fd = open("bench-rw.tmp", O_RDWR | O_CREAT | O_TRUNC, 0644);
    handle = CreateFileA("bench-rw.tmp", 0xc0000000u, 7, NULL, 3, 0x80, NULL);
    if (fd < 0 || handle == (void *)-1)
        return 1;
    bad |= bench_pair("write-64K", "us", 40, our_write, NULL, "WriteFile", bare_write, NULL);
    bad |= bench_pair("read-64K", "us", 40, our_read, NULL, "ReadFile", bare_read, NULL);
    bad |= bench_pair("append-100", "us", 20, our_append, NULL, "WriteFile", bare_append, NULL);
    bad |= bench_pair("fcntl-lock-unlock", "us", 20, our_lock, NULL, "LockFile+UnlockFile", bare_lock, NULL);
    CloseHandle(handle);
    close(fd);
    unlink("bench-rw.tmp");
    unlink("bench-rw.log");
    return bad;
}
