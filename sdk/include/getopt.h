/* SPDX-License-Identifier: BSD-2-Clause */
/* <getopt.h>: options of the command line. <unistd.h> includes it for getopt alone. */
#ifndef _GETOPT_BASE_H
#define _GETOPT_BASE_H

#ifdef __cplusplus
extern "C" {
#endif

extern char *optarg;
extern int optind, opterr, optopt;
extern int optreset;            /* BSD: nonzero starts over */
int getopt(int argc, char *const argv[], const char *options);

#ifdef __cplusplus
}
#endif

#endif

#if !defined(__UNISTD_GETOPT__) && !defined(_GETOPT_H)
#define _GETOPT_H

#define no_argument 0
#define required_argument 1
#define optional_argument 2

struct option {
    const char *name;
    int has_arg;
    int *flag;                  /* not NULL: gets `val`, and the call returns 0 */
    int val;
};

#ifdef __cplusplus
extern "C" {
#endif

int getopt_long(int argc, char *const argv[], const char *options, const struct option *longs, int *index);
int getopt_long_only(int argc, char *const argv[], const char *options, const struct option *longs, int *index);

#ifdef __cplusplus
}
#endif

#endif
