/* SPDX-License-Identifier: BSD-2-Clause */
/* The stamp of a PE image: the fields of its header that tell two builds of one DLL apart. The SDK's
 * linker step writes a checksum of the whole file into the header, so that it is as good as a hash. */
#ifndef LIB_DLL_STAMP_H
#define LIB_DLL_STAMP_H

#include <stddef.h>
#include <stdint.h>

#define DLL_STAMP_WORDS 4
#define DLL_STAMP_BYTES 512 /* of the beginning of an image are enough, as linkers lay it out */

/**
 * Takes the stamp from the beginning of an image, in a file or in memory.
 *
 * @param image its first n bytes
 * @param stamp time, checksum, size of the image, entry
 * @return 0, or -ENOEXEC: no PE image
 */
int dll_stamp(const void *image, size_t n, uint32_t stamp[DLL_STAMP_WORDS]);

#endif
