/* SPDX-License-Identifier: BSD-2-Clause */
/* Open file descriptions that several processes have. See ofd.c. */
#ifndef FILE_OFD_H
#define FILE_OFD_H

#include <fcntl.h>

#include "file.h"

#define OFD_FLAGS (O_APPEND | O_NONBLOCK) /* that F_SETFL can change */

/* Give it an identity that other processes know: 0, -ENFILE, -ENOMEM. */
int ofd_share(struct file *f);
/* In a forked child or a new program: f->ofd and f->alive are the parent's. */
void ofd_adopt(struct file *f);
/* There are locks of it. */
void ofd_locked(struct file *f);
/* The process has closed it. */
void ofd_close(struct file *f);
/* Does anybody have it? *winpid: one who does, 0: not known. */
bool ofd_alive(uint64_t id, uint32_t *winpid);

#endif
