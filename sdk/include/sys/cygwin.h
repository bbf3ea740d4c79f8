/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/cygwin.h>: the boundary to Windows: paths, identities, process ids. */
#ifndef _SYS_CYGWIN_H
#define _SYS_CYGWIN_H

#include <sys/types.h>
#include <pwd.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Conversion of one path or list. The low byte of `what` is one of these. */
enum {
    CCP_POSIX_TO_WIN_A = 0,     /* to the Windows code page (char) */
    CCP_POSIX_TO_WIN_W = 1,     /* to UTF-16 (wchar_t) */
    CCP_WIN_A_TO_POSIX = 2,
    CCP_WIN_W_TO_POSIX = 3,
    CCP_CONVTYPE_MASK = 3,
    CCP_ABSOLUTE = 0,
    CCP_RELATIVE = 0x100,       /* a relative path stays relative */
    CCP_PROC_CYGDRIVE = 0x200,  /* /proc/cygdrive instead of the mount point of drives */
    CCP_CONVFLAGS_MASK = 0x300
};
typedef unsigned int cygwin_conv_path_t;

ssize_t cygwin_conv_path(cygwin_conv_path_t what, const void *from, void *to, size_t size);
ssize_t cygwin_conv_path_list(cygwin_conv_path_t what, const void *from, void *to, size_t size);
void *cygwin_create_path(cygwin_conv_path_t what, const void *from);
int cygwin_posix_path_list_p(const char *list);
void cygwin_split_path(const char *path, char *dir, char *file);

/* The older forms; no size is checked. */
int cygwin_conv_to_win32_path(const char *from, char *to);
int cygwin_conv_to_full_win32_path(const char *from, char *to);
int cygwin_conv_to_posix_path(const char *from, char *to);
int cygwin_conv_to_full_posix_path(const char *from, char *to);
int cygwin_win32_to_posix_path_list(const char *from, char *to);
int cygwin_win32_to_posix_path_list_buf_size(const char *list);
int cygwin_posix_to_win32_path_list(const char *from, char *to);
int cygwin_posix_to_win32_path_list_buf_size(const char *list);

/* Process ids */
pid_t cygwin_winpid_to_pid(int winpid);
typedef enum {
    CW_LOCK_PINFO,
    CW_UNLOCK_PINFO,
    CW_GETTHREADNAME,
    CW_GETPINFO,
    CW_SETPINFO,
    CW_SETTHREADNAME,
    CW_GETVERSIONINFO,
    CW_READ_V1_MOUNT_TABLES,
    CW_USER_DATA,
    CW_PERFILE,
    CW_GET_CYGDRIVE_PREFIXES,
    CW_GETPINFO_FULL,
    CW_INIT_EXCEPTIONS,
    CW_GET_CYGDRIVE_INFO,
    CW_SET_CYGWIN_REGISTRY_NAME,
    CW_GET_CYGWIN_REGISTRY_NAME,
    CW_STRACE_TOGGLE,
    CW_STRACE_ACTIVE,
    CW_CYGWIN_PID_TO_WINPID,
    CW_EXTRACT_DOMAIN_AND_USER,
    CW_CMDLINE,
    CW_CHECK_NTSEC,
    CW_GET_ERRNO_FROM_WINERROR,
    CW_GET_POSIX_SECURITY_ATTRIBUTE,
    CW_GET_SHMLBA,
    CW_GET_UID_FROM_SID,
    CW_GET_GID_FROM_SID,
    CW_GET_BINMODE,
    CW_HOOK,
    CW_ARGV,
    CW_ENVP,
    CW_DEBUG_SELF,
    CW_SYNC_WINENV,
    CW_CYGTLS_PADSIZE,
    CW_SET_DOS_FILE_WARNING,
    CW_SET_PRIV_KEY,
    CW_SETERRNO,
    CW_EXIT_PROCESS,
    CW_SET_EXTERNAL_TOKEN,
    CW_GET_INSTKEY,
    CW_INT_SETLOCALE,
    CW_CVT_MNT_OPTS,
    CW_LST_MNT_OPTS,
    CW_STRERROR,
    CW_CVT_ENV_TO_WINENV,
    CW_ALLOC_DRIVE_MAP,
    CW_MAP_DRIVE_MAP,
    CW_FREE_DRIVE_MAP,
    CW_SETENT,
    CW_GETENT,
    CW_ENDENT,
    CW_GETNSSSEP,
    CW_GETPWSID,
    CW_GETGRSID,
    CW_CYGNAME_FROM_WINNAME,
    CW_FIXED_ATEXIT,
    CW_GETNSS_PWD_SRC,
    CW_GETNSS_GRP_SRC,
    CW_EXCEPTION_RECORD_FROM_SIGINFO_T
} cygwin_getinfo_types;
unsigned long cygwin_internal(cygwin_getinfo_types what, ...);

/* Identity */
void *cygwin_logon_user(const struct passwd *user, const char *password);
void cygwin_set_impersonation_token(const void *token);

/* Files and their Windows handles */
int cygwin_attach_handle_to_fd(char *name, int fd, void *handle, int binary, int access);
long get_osfhandle(int fd);
long _get_osfhandle(int fd);
int setmode(int fd, int mode);
int _setmode(int fd, int mode);

#ifdef __cplusplus
}
#endif

#endif
