/* SPDX-License-Identifier: BSD-2-Clause */
/* mkdtemp: newlib's own is built without it for this platform (ENOSYS). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#define TRIES 100

char *rt_mkdtemp(char *template);

/**
 * Makes a folder that only its owner may use, with a name that nobody has: the six X at the end of
 * `template` are replaced. POSIX.1-2017
 * @return template, or NULL with EINVAL (no six X at the end) and what mkdir gives
 */
char *rt_mkdtemp(char *template)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t n = strlen(template);
    unsigned char bytes[6];

    if (n < 6 || memcmp(template + n - 6, "XXXXXX", 6)) {
        errno = EINVAL;
        return NULL;
    }
    for (int i = 0; i < TRIES; i++) {
        if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
            return NULL;
        for (int k = 0; k < 6; k++) /* case is ignored by many file systems: no matter, names are tried */
            template[n - 6 + k] = letters[bytes[k] % (sizeof letters - 1)];
        if (mkdir(template, 0700) == 0)
            return template;
        if (errno != EEXIST)
            return NULL;
    }
    return NULL;
}
