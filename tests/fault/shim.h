/*
 * shim: calls into the system that change files of one folder, seen and decided upon.
 *
 * The program defines these calls itself, so that those of the libraries it uses come here too.
 * A call on a file of the watched folder is shown before it is made, which may make it fail or end
 * the process, and after it was. Files are told apart by a number that stays when they are renamed.
 * What is written through a mapping (SQLite's index of its log) is not seen.
 */
#ifndef TC_TEST_FAULT_SHIM_H
#define TC_TEST_FAULT_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef enum shim_kind {
    SHIM_CREATE,
    SHIM_WRITE,
    SHIM_TRUNCATE,
    SHIM_SYNC,
    SHIM_SYNC_FOLDER,
    SHIM_RENAME,
    SHIM_UNLINK
} shim_kind;

#define SHIM_NAME 128

typedef struct shim_call {
    shim_kind kind;
    int object; /* -1: the folder */
    off_t at;   /* of a write; the new length */
    const void *bytes;
    size_t size;
    const char *name, *to;
} shim_call;

/* 0: it is to be made; else the errno that it fails with. */
typedef int (*shim_before)(void *context, const shim_call *call);
typedef void (*shim_after)(void *context, const shim_call *call, bool done);

/* NULL for the folder ends it. The folder's path is absolute. */
void shim_watch(const char *folder, shim_before before, shim_after after, void *context);

#endif
