/* SPDX-License-Identifier: BSD-2-Clause */
/* The decoders' tables repeat constants of the C library, since tools are built without it. This
 * file makes no code: it fails to compile when one of them differs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#if __has_include(<sys/socket.h>)
#include <sys/socket.h>
#endif
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define X(mask, value, name)                                                                       \
    _Static_assert((name) == (value), #name " differs from lib/trace/tables");
#include "trace/tables/access.h"
#include "trace/tables/at.h"
#include "trace/tables/clock.h"
#include "trace/tables/dtype.h"
#include "trace/tables/fcntl.h"
#include "trace/tables/fdflags.h"
#include "trace/tables/flock.h"
#include "trace/tables/itimer.h"
#include "trace/tables/map.h"
#include "trace/tables/open.h"
#include "trace/tables/prot.h"
#include "trace/tables/rlimit.h"
#include "trace/tables/rusage.h"
#include "trace/tables/sa.h"
#include "trace/tables/sicode.h"
#include "trace/tables/sig.h"
#include "trace/tables/sighow.h"
#include "trace/tables/wait.h"
#include "trace/tables/whence.h"
#ifdef AF_INET
#include "trace/tables/af.h"
#include "trace/tables/sock.h"
#endif
