/*
 * guard: what this process may still do once everything that it needs is open.
 *
 * Two fences, each of which stands by itself. Landlock: below which paths files may be read, and
 * below which written; nothing may be executed. seccomp: which calls into the system there are at
 * all (calls.def), sockets of which families, threads but no processes. Before both,
 * no_new_privs, and of an administrator's powers those over files alone. Neither can be opened
 * again, and threads that are begun later are inside.
 *
 * A call that only an intruder makes (execve, ptrace and their like, or one in another machine's
 * numbers) ends the process at once. Any other that is not listed fails with EPERM: to die of a
 * library that tries something would be an outage that anybody may cause. One that is younger than
 * this list fails with ENOSYS, as on an older kernel, so that libraries do without it.
 *
 * A kernel without one of them leaves the other; what could not be done is said in words. The rule
 * of a path holds for the file or folder that is there now: what comes in its place is not below
 * it, so whoever expects that gives the folder around it. Not for sanitised builds: their runtimes
 * need calls that no program should.
 */
#ifndef TC_GUARD_GUARD_H
#define TC_GUARD_GUARD_H

#include "parsers/base/status.h"

typedef enum tc_guard_access {
    TC_GUARD_READ,   /* files and folders there */
    TC_GUARD_WRITE,  /* make, change, rename and remove them, too */
    TC_GUARD_DEVICE, /* read and write what is there, make nothing */
} tc_guard_access;

typedef struct tc_guard_place {
    const char *path; /* what is not there is passed over */
    tc_guard_access access;
} tc_guard_place;

typedef struct tc_guard_options {
    const tc_guard_place *places; /* besides those that every program needs */
    size_t place_count;
    bool reads_anything; /* reading is not fenced in: links may lead anywhere */
    bool network;        /* sockets that are not local, too */
} tc_guard_options;

typedef struct tc_guard_result {
    bool files, calls; /* the fences that stand */
    bool sanitised;    /* none does, and none should */
    tc_error why;      /* why one does not; empty if both do */
} tc_guard_result;

/* Closes what can be closed, for the calling thread (calls: for all of them). */
void tc_guard_close(const tc_guard_options *options, tc_guard_result *ret);

/* Gives up every power of an administrator, those over files as well. */
void tc_guard_drop_powers(void);

/* guard_files.c and guard_calls.c: one fence each. */
TC_STATUS tc_guard_files(const tc_guard_options *options, tc_error *reterr);
TC_STATUS tc_guard_calls(bool network, tc_error *reterr);

#endif
