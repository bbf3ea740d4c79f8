/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes, offsets and values that are part of the ABI x86_64-pc-cygwin. Checked by the compiler. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <wchar.h>

#include "tap.h"

#define SIZE(type, n) _Static_assert(sizeof(type) == (n), #type)
#define OFFSET(type, field, n) _Static_assert(offsetof(type, field) == (n), #type "." #field)
#define VALUE(name, n) _Static_assert((name) == (n), #name)

SIZE(long, 8);
SIZE(void *, 8);
SIZE(wchar_t, 2);
SIZE(long double, 16);
SIZE(off_t, 8);
SIZE(ino_t, 8);
SIZE(time_t, 8);
SIZE(uid_t, 4);
SIZE(gid_t, 4);
SIZE(dev_t, 4);
SIZE(mode_t, 4);
SIZE(nlink_t, 2);
SIZE(pid_t, 4);
SIZE(blksize_t, 4);
SIZE(blkcnt_t, 8);
SIZE(socklen_t, 4);
SIZE(sa_family_t, 2);
SIZE(sigset_t, 8);
SIZE(pthread_t, 8);
SIZE(pthread_mutex_t, 8);
SIZE(jmp_buf, 256);

SIZE(struct stat, 128);
OFFSET(struct stat, st_ino, 8);
OFFSET(struct stat, st_mode, 16);
OFFSET(struct stat, st_nlink, 20);
OFFSET(struct stat, st_uid, 24);
OFFSET(struct stat, st_size, 40);
OFFSET(struct stat, st_mtim, 64);
OFFSET(struct stat, st_blksize, 96);
OFFSET(struct stat, st_birthtim, 112);

SIZE(struct dirent, 280);
OFFSET(struct dirent, d_ino, 8);
OFFSET(struct dirent, d_type, 16);
OFFSET(struct dirent, d_name, 24);

SIZE(siginfo_t, 152);
OFFSET(siginfo_t, si_pid, 8);
OFFSET(siginfo_t, si_addr, 24);
SIZE(struct sigaction, 24);
OFFSET(struct sigaction, sa_mask, 8);
OFFSET(struct sigaction, sa_flags, 16);
OFFSET(ucontext_t, uc_mcontext.rip, 0xf8);
OFFSET(ucontext_t, uc_mcontext.fpregs, 0x100);

SIZE(struct termios, 44);
OFFSET(struct termios, c_cc, 17);
SIZE(struct flock, 32);
SIZE(struct rusage, 144);
SIZE(struct sockaddr_in, 16);
SIZE(struct sockaddr_in6, 28);
SIZE(struct sockaddr_storage, 128);
SIZE(struct sockaddr_un, 110);
SIZE(struct msghdr, 48);

VALUE(O_CREAT, 0x200);
VALUE(O_EXCL, 0x800);
VALUE(O_TRUNC, 0x400);
VALUE(O_APPEND, 8);
VALUE(O_NONBLOCK, 0x4000);
VALUE(O_BINARY, 0x10000);
VALUE(O_CLOEXEC, 0x40000);
VALUE(O_DIRECTORY, 0x200000);
VALUE(AT_FDCWD, -2);
VALUE(SIGCHLD, 20);
VALUE(SIGUSR1, 30);
VALUE(SIGRTMAX, 64);
VALUE(SIG_SETMASK, 0);
VALUE(WNOHANG, 1);
VALUE(WCONTINUED, 8);
VALUE(PATH_MAX, 4096);
VALUE(AF_INET6, 23);
VALUE(RLIMIT_NOFILE, 5);
VALUE(VMIN, 9);

int main(void)
{
    test("layouts and values of the ABI (checked when compiling)");
    CHECK(sizeof(struct stat) == 128);
    return test_done();
}
