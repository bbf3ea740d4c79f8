/* SPDX-License-Identifier: BSD-2-Clause */
/* <features.h>: which standards are visible. */
#ifndef _FEATURES_H
#define _FEATURES_H

#include <sys/features.h>

#endif
