/* SPDX-License-Identifier: BSD-2-Clause */
/* Another identity: a token of another user, which the calling thread then acts with. Windows gives tokens for
 * a password, or a privileged program brings one. Only the thread that asked changes, and neither fork nor exec
 * hands the token on: the child is the process' own user again. */
#include "sys.h"

#include <pwd.h>
#include <string.h>
#include <sys/cygwin.h>
#include <unistd.h>

#include "account.h"
#include "lib/text/utf.h"
#include "nt.h"
#include "nt/nt_security.h"
#include "path.h"
#include "proc.h"

static NOCOPY handle_t external;    /* of cygwin_set_impersonation_token */

static int logon(const struct passwd *user, const char *password, handle_t *token)
{
    static const uint16_t local[] = { '.', 0 };
    struct wbuf name, pw;
    int r;

    if (!user || !user->pw_name || !password)
        return -EINVAL;
    path_wbuf(&name);
    path_wbuf(&pw);
    utf8_to_wide(&name, user->pw_name, strlen(user->pw_name));
    utf8_to_wide(&pw, password, strlen(password));
    wbuf_putc(&name, 0);
    wbuf_putc(&pw, 0);
    r = wbuf_err(&name) < 0 || wbuf_err(&pw) < 0 ? -ENOMEM : nt_logon(name.p, local, pw.p, token);
    if (pw.p)
        memset(pw.p, 0, 2 * pw.len);
    wbuf_free(&name);
    wbuf_free(&pw);
    return r;
}

/**
 * A token for a user and a password, for cygwin_set_impersonation_token().
 * @return the token, or INVALID_HANDLE_VALUE with EACCES, EINVAL, ENOSYS (the system cannot: Wine)
 */
void *cygwin_logon_user(const struct passwd *user, const char *password)
{
    handle_t token = NULL;
    int r = logon(user, password, &token);

    trace_sys_logon_user(user ? user->pw_name : NULL, r);
    sys_ret(r);
    return r < 0 ? (void *)-1 : token;
}

/** The token that seteuid() takes when its user is asked for. NULL or INVALID_HANDLE_VALUE: none. */
void cygwin_set_impersonation_token(const void *token)
{
    external = token == (void *)-1 ? NULL : (handle_t)token;
}

static int take(handle_t token, uid_t uid, const char *how)
{
    int r = nt_impersonate(token);

    if (r < 0)
        return r == -EACCES ? -EPERM : r;
    me.euid = uid;
    trace_identity(uid, how);
    return 0;
}

static int become(uid_t uid)
{
    struct sid user, group;
    int r;

    if (uid == (uid_t)-1)
        return -EINVAL;
    if (external) {
        if ((r = nt_token_of(external, &user, &group)) < 0)
            return r == -EBADF ? -EPERM : r;
        if (account_uid(&user) == uid)
            return take(external, uid, "with the token that the program gave");
    }
    if (uid == me.uid)
        return take(NULL, uid, "as the process");
    return uid == me.euid ? 0 : -EPERM;
}

/**
 * Acts as another user, with the token given by cygwin_set_impersonation_token(), or as itself again.
 * @return 0, or -1 with EINVAL, EPERM: there is no token of that user. POSIX.1-2017 seteuid()
 */
int seteuid(uid_t uid)
{
    int r = become(uid);

    trace_sys_seteuid(uid, r);
    return (int)sys_ret(r);
}

/** Becomes another user for good, as far as the thread goes. POSIX.1-2017 setuid() */
int setuid(uid_t uid)
{
    int r = become(uid);

    trace_sys_setuid(uid, r);
    return (int)sys_ret(r);
}

/** The ids of the process and those that count; -1 leaves one as it is. POSIX.1-2017 setreuid() */
int setreuid(uid_t ruid, uid_t euid)
{
    int r = ruid == (uid_t)-1 || ruid == me.uid || ruid == me.euid ? 0 : -EPERM;

    if (r == 0 && euid != (uid_t)-1)
        r = become(euid);
    trace_sys_setreuid(ruid, euid, r);
    return (int)sys_ret(r);
}
