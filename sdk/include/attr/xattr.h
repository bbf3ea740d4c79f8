/* SPDX-License-Identifier: BSD-2-Clause */
/* <attr/xattr.h>: see <sys/xattr.h>. */
#ifndef _ATTR_XATTR_H
#define _ATTR_XATTR_H

#include <sys/xattr.h>
#include <errno.h>

#ifndef ENOATTR
#define ENOATTR ENODATA
#endif

#endif
