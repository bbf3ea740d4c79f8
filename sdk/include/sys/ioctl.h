/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/ioctl.h>: control of devices. */
#ifndef _SYS_IOCTL_H
#define _SYS_IOCTL_H

#include <sys/types.h>
#include <sys/termios.h>

/* A request word: two bits of direction, 7 of size, 8 of group, 8 of number. */
#define IOCPARM_MASK 0x7fu
#define IOC_VOID 0x20000000u
#define IOC_OUT 0x40000000u
#define IOC_IN 0x80000000u
#define IOC_INOUT (IOC_IN | IOC_OUT)
#define _IO(x, y) (IOC_VOID | ((x) << 8) | (y))
#define _IOR(x, y, t) (IOC_OUT | (((unsigned)sizeof(t) & IOCPARM_MASK) << 16) | ((x) << 8) | (y))
#define _IOW(x, y, t) (IOC_IN | (((unsigned)sizeof(t) & IOCPARM_MASK) << 16) | ((x) << 8) | (y))

/* These have the values of Winsock, in which a long has 32 bits. */
#define FIONREAD _IOR('f', 127, int)
#define FIONBIO _IOW('f', 126, int)
#define FIOASYNC _IOW('f', 125, int)
#define SIOCATMARK _IOR('s', 7, int)

#define SIOCGIFCONF _IOW('s', 100, struct ifconf)
#define SIOCGIFFLAGS _IOW('s', 101, struct ifreq)
#define SIOCGIFADDR _IOW('s', 102, struct ifreq)
#define SIOCGIFBRDADDR _IOW('s', 103, struct ifreq)
#define SIOCGIFNETMASK _IOW('s', 104, struct ifreq)
#define SIOCGIFHWADDR _IOW('s', 105, struct ifreq)
#define SIOCGIFMETRIC _IOW('s', 106, struct ifreq)
#define SIOCGIFMTU _IOW('s', 107, struct ifreq)
#define SIOCGIFINDEX _IOW('s', 108, struct ifreq)
#define SIOCGIFDSTADDR _IOW('s', 109, struct ifreq)

#ifdef __cplusplus
extern "C" {
#endif

int ioctl(int fd, int request, ...);

#ifdef __cplusplus
}
#endif

#endif
