/*
 * folder: the place of a store, held against others.
 *
 * It is the owner's alone (0700, files 0600), on a disk of this machine: locks and syncs of network
 * file systems are not to be relied on. What is damaged is set aside under its name and the time.
 */
#ifndef TC_STORE_FOLDER_H
#define TC_STORE_FOLDER_H

#include "parsers/base/time.h"

#define TC_FOLDER_PATH 4096
#define TC_FOLDER_NAME 128

typedef struct tc_folder {
    int at, lock; /* descriptors */
    char path[TC_FOLDER_PATH - TC_FOLDER_NAME];
} tc_folder;

/* Makes it if it is not there, and locks it; TC_EUNSUPPORTED if nothing may be kept there. */
TC_STATUS tc_folder_open(tc_folder *folder, const char *path, tc_error *reterr);
/* One that is there, without the lock, to read only. *ret_used: a store has it open. */
TC_STATUS tc_folder_look(tc_folder *folder, const char *path, bool *ret_used, tc_error *reterr);
void tc_folder_close(tc_folder *folder);

/* folder/name; returns out. */
const char *tc_folder_path(const tc_folder *folder, const char *name, char out[TC_FOLDER_PATH]);
/* Whether a file of that name is there, and its bytes. One that is no file, or somebody else's, is
 * refused. */
TC_STATUS tc_folder_find(const tc_folder *folder, const char *name, bool *ret_there,
                         uint64_t *ret_size, tc_error *reterr);
/* Makes an empty file for the owner alone, if none is there. */
TC_STATUS tc_folder_touch(const tc_folder *folder, const char *name, tc_error *reterr);
/* Names that were made, changed or taken away are on disk after this. */
TC_STATUS tc_folder_sync(const tc_folder *folder, tc_error *reterr);
/* Renames NAME, and NAME-wal and NAME-shm if they are there, to NAME.broken-TIME; *ret is that
 * name. */
TC_STATUS tc_folder_set_aside(const tc_folder *folder, const char *name, tc_time now,
                              char ret[TC_FOLDER_NAME], tc_error *reterr);
/* Calls for every name in the folder, in no order. */
TC_STATUS tc_folder_each(const tc_folder *folder, void (*name)(void *context, const char *name),
                         void *context, tc_error *reterr);
void tc_folder_remove(const tc_folder *folder, const char *name);
/* Reads a file of the folder through and writes the same bytes again, to disk: after a failed sync
 * nobody knows which of them are there. */
TC_STATUS tc_folder_rewrite(const tc_folder *folder, const char *name, tc_error *reterr);
/* Whether files of that kind of file system (statfs) lie on another machine. */
bool tc_folder_is_remote(uint64_t kind);

#endif
