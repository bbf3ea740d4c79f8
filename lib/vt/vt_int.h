/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside lib/vt. */
#ifndef LIB_VT_INT_H
#define LIB_VT_INT_H

#include "lib/vt/vt.h"

/* The i-th parameter, `otherwise` if it is 0 or left out. */
int vt_param(const struct vt *v, int i, int otherwise);
void vt_move(struct vt *v, int x, int y);
void vt_home(struct vt *v);
void vt_reset_modes(struct vt *v);
void vt_mode(struct vt *v, bool on);          /* CSI h, l */
void vt_private_mode(struct vt *v, bool on);  /* CSI ? h, l */
void vt_colours(struct vt *v);                /* CSI m */

#endif
