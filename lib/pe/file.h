/* SPDX-License-Identifier: BSD-2-Clause */
/* Images in files, for native tools: opening them for lib/pe, and finding DLLs as the loader does. */
#ifndef LIB_PE_FILE_H
#define LIB_PE_FILE_H

#include <stdbool.h>

#include "lib/pe/pe.h"

/** Opens an image by its Win32 name in UTF-8; 0, -ENOENT, -EACCES, -ENOEXEC with pe->why, -EIO. */
int pe_file_open(struct pe *pe, const char *win32);
void pe_file_close(struct pe *pe);

/**
 * Where the loader finds a DLL: in the folder of the program, the system's, Windows', along PATH. The caller
 * frees the result with tool_realloc(p, 0); NULL: nowhere.
 */
char *pe_file_search(const char *folder, const char *name);
/** Names that stand for whatever Windows maps them to. */
bool pe_api_set(const char *name);
/** Windows' own folder, as "C:\\windows". */
const char *pe_windows_folder(void);

#endif
