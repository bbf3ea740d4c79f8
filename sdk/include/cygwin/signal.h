/* SPDX-License-Identifier: BSD-2-Clause */
/* Signal numbers, siginfo_t and struct sigaction of x86_64-pc-cygwin. */
#ifndef _CYGWIN_SIGNAL_H
#define _CYGWIN_SIGNAL_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGIOT SIGABRT
#define SIGEMT 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGBUS 10
#define SIGSEGV 11
#define SIGSYS 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGURG 16
#define SIGSTOP 17
#define SIGTSTP 18
#define SIGCONT 19
#define SIGCHLD 20
#define SIGCLD SIGCHLD
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGIO 23
#define SIGPOLL SIGIO
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGLOST 29
#define SIGPWR SIGLOST
#define SIGUSR1 30
#define SIGUSR2 31
#define SIGRTMIN 32
#define SIGRTMAX 64
#define NSIG 65
#define _NSIG NSIG

#if __BSD_VISIBLE || __XSI_VISIBLE >= 4 || __POSIX_VISIBLE >= 200809
#define MINSIGSTKSZ 32768
#define SIGSTKSZ 65536
#endif

typedef union sigval {
    int sival_int;
    void *sival_ptr;
} sigval_t;

typedef struct {
    int si_signo;
    int si_code;
    pid_t si_pid;
    uid_t si_uid;
    int si_errno;
    __extension__ union {
        __uint32_t __pad[32];
        __extension__ struct {
            union {
                int si_tid;             /* timer of a SI_TIMER signal */
                unsigned int si_overrun;
            };
            sigval_t si_value;          /* value given to sigqueue() */
        };
        __extension__ struct {
            int si_status;              /* SIGCHLD: exit code or signal */
            clock_t si_utime;
            clock_t si_stime;
        };
        void *si_addr;                  /* SIGSEGV, SIGBUS, SIGILL, SIGFPE */
        long si_band;                   /* SIGPOLL */
    };
} siginfo_t;

enum {
    SI_USER = 0,
    SI_ASYNCIO = 2,
    SI_MESGQ,
    SI_TIMER,
    SI_QUEUE,
    SI_KERNEL,
    ILL_ILLOPC,
    ILL_ILLOPN,
    ILL_ILLADR,
    ILL_ILLTRP,
    ILL_PRVOPC,
    ILL_PRVREG,
    ILL_COPROC,
    ILL_BADSTK,
    FPE_INTDIV,
    FPE_INTOVF,
    FPE_FLTDIV,
    FPE_FLTOVF,
    FPE_FLTUND,
    FPE_FLTRES,
    FPE_FLTINV,
    FPE_FLTSUB,
    SEGV_MAPERR,
    SEGV_ACCERR,
    BUS_ADRALN,
    BUS_ADRERR,
    BUS_OBJERR,
    CLD_EXITED,
    CLD_KILLED,
    CLD_DUMPED,
    CLD_TRAPPED,
    CLD_STOPPED,
    CLD_CONTINUED
};
/* configure scripts and programs test some of these with #ifdef */
#define SI_USER SI_USER
#define SI_QUEUE SI_QUEUE
#define SI_KERNEL SI_KERNEL
#define SEGV_MAPERR SEGV_MAPERR
#define SEGV_ACCERR SEGV_ACCERR
#define FPE_INTDIV FPE_INTDIV
#define FPE_INTOVF FPE_INTOVF
#define CLD_EXITED CLD_EXITED
#define CLD_KILLED CLD_KILLED
#define CLD_DUMPED CLD_DUMPED
#define CLD_TRAPPED CLD_TRAPPED
#define CLD_STOPPED CLD_STOPPED
#define CLD_CONTINUED CLD_CONTINUED

enum {
    SIGEV_SIGNAL = 0,           /* queue a signal */
    SIGEV_NONE,                 /* tell nobody */
    SIGEV_THREAD                /* call a function in a new thread */
};
#define SIGEV_SIGNAL SIGEV_SIGNAL
#define SIGEV_NONE SIGEV_NONE
#define SIGEV_THREAD SIGEV_THREAD

typedef struct sigevent {
    sigval_t sigev_value;
    int sigev_signo;
    int sigev_notify;
    void (*sigev_notify_function)(sigval_t);
    pthread_attr_t *sigev_notify_attributes;
} sigevent_t;

typedef void (*_sig_func_ptr)(int);

struct sigaction {
    __extension__ union {
        _sig_func_ptr sa_handler;
        void (*sa_sigaction)(int, siginfo_t *, void *);
    };
    sigset_t sa_mask;
    int sa_flags;
};

#define SA_NOCLDSTOP 1          /* no SIGCHLD when a child stops */
#define SA_SIGINFO 2            /* handler takes three arguments */
#define SA_NOCLDWAIT 4          /* children leave no zombies */
#define SA_RESTART 0x10000000   /* restart calls that the handler interrupted */
#define SA_ONSTACK 0x20000000   /* run on the alternate stack */
#define SA_NODEFER 0x40000000   /* the signal is not blocked in its handler */
#define SA_RESETHAND 0x80000000 /* back to SIG_DFL when delivered */
#define SA_ONESHOT SA_RESETHAND
#define SA_NOMASK SA_NODEFER

#define SIG_HOLD ((_sig_func_ptr)2)

int siginterrupt(int sig, int flag);
#if __SVID_VISIBLE || __XSI_VISIBLE
int sighold(int sig);
int sigignore(int sig);
int sigrelse(int sig);
_sig_func_ptr sigset(int sig, _sig_func_ptr disp);
#endif
#if __POSIX_VISIBLE >= 200809
void psiginfo(const siginfo_t *info, const char *message);
#endif
void psignal(int sig, const char *message);
#if __GNU_VISIBLE
int pthread_sigqueue(pthread_t *thread, int sig, const union sigval value);
#endif
#if __BSD_VISIBLE
extern const char *const sys_siglist[];
extern const char *const sys_sigabbrev[];
int sigsetmask(int mask);
int sigblock(int mask);
#endif

#ifdef __cplusplus
}
#endif

#endif
