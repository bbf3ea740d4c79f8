/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing the environment: the checks that POSIX wants in front of newlib's functions. */
#include <errno.h>
#include <reent.h>
#include <stdlib.h>
#include <string.h>

int _unsetenv_r(struct _reent *re, const char *name); /* newlib declares it for other hosts only */

static int bad(const char *name)
{
    if (name && *name && !strchr(name, '='))
        return 0;
    errno = EINVAL;
    return -1;
}

/** EINVAL: a name that is empty or has a '='. POSIX.1-2017 setenv() */
int setenv(const char *name, const char *value, int overwrite)
{
    return bad(name) ? -1 : _setenv_r(_REENT, name, value, overwrite);
}

/** As setenv. POSIX.1-2017 unsetenv() */
int unsetenv(const char *name)
{
    return bad(name) ? -1 : _unsetenv_r(_REENT, name);
}
