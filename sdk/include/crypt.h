/* SPDX-License-Identifier: BSD-2-Clause */
/* <crypt.h>: hashed passwords. */
#ifndef _CRYPT_H
#define _CRYPT_H

#ifdef __cplusplus
extern "C" {
#endif

char *crypt(const char *key, const char *salt);
void setkey(const char *key);
void encrypt(char *block, int decrypt);

#ifdef __cplusplus
}
#endif

#endif
