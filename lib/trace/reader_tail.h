/* SPDX-License-Identifier: BSD-2-Clause */
/* The last events of a flight recorder, as text or JSON lines. */
#ifndef TRACE_READER_TAIL_H
#define TRACE_READER_TAIL_H

#include "trace/format.h"

/**
 * Appends the last `n` events (0: all) of a region of `size` bytes, which may still be written.
 *
 * @param dead Windows process whose open packets are final, 0: none
 * @return 0, -1: not a region, or out of memory
 */
int trace_tail(struct buf *out, const void *region, uint64_t size, size_t n, uint32_t dead,
               const struct trace_format_ops *ops);

#endif
