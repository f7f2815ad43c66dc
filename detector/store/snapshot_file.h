/*
 * snapshot_file: one snapshot: a file of visited sections beside the database.
 *
 * Begins with a section of the store's own (what it stands for, and all points and values), then
 * come the sections of whoever's state it is, then the end. Written under another name until it is
 * whole and on disk. The checksum of the whole file stands in the database; where that is gone, the
 * sections' own checksums and the end must do.
 */
#ifndef TC_STORE_SNAPSHOT_FILE_H
#define TC_STORE_SNAPSHOT_FILE_H

#include "detector/store/folder.h"
#include "parsers/base/visit.h"

typedef struct tc_snapshot_file tc_snapshot_file;

typedef struct tc_snapshot {
    uint64_t number;  /* 0 = none */
    uint64_t journal; /* the last row that is in it */
    tc_time made, born;
    uint64_t bytes;
    int64_t sum;
} tc_snapshot;

#define TC_SNAPSHOT_PREFIX "snapshot-"
#define TC_SNAPSHOT_NEW "snapshot-new"
const char *tc_snapshot_name(uint64_t number, char out[TC_FOLDER_NAME]);
/* Whether a name is that of a snapshot. */
bool tc_snapshot_is(const char *name, uint64_t *ret_number);

/* Begins a new file; whoever asks writes the head first, then the state. */
TC_STATUS tc_snapshot_create(const tc_folder *folder, tc_snapshot_file **ret, tc_error *reterr);
/* Opens one from its beginning. */
TC_STATUS tc_snapshot_open(const tc_folder *folder, uint64_t number, tc_snapshot_file **ret,
                           tc_error *reterr);
/* Takes back what was not committed; NULL is fine. */
void tc_snapshot_close(tc_snapshot_file *file);
tc_visit *tc_snapshot_visit(tc_snapshot_file *file);

/* Reads the whole file; the bytes and checksum of what is there. Before its visit only. */
TC_STATUS tc_snapshot_measure(tc_snapshot_file *file, uint64_t *ret_bytes, int64_t *ret_sum,
                              tc_error *reterr);
/* The first section's first values, either way. */
bool tc_snapshot_head(tc_snapshot_file *file, tc_snapshot *snapshot);
/* One more value of it by space and key, either way; false behind the last one (saving: `more`
 * says whether there is one). What is loaded is valid until the next. */
bool tc_snapshot_value(tc_snapshot_file *file, bool more, uint32_t *space, tc_slice *key,
                       tc_slice *value);
/* Begins to write to disk what was saved so far. */
void tc_snapshot_flush(tc_snapshot_file *file);
/* The last section, either way: loading, it is that the file is whole. */
void tc_snapshot_end(tc_snapshot_file *file);
/* What the visit failed with, in words. */
TC_STATUS tc_snapshot_failed(const tc_snapshot_file *file, tc_error *reterr);
/* Puts it on disk under the name of that number and fills bytes and sum. */
TC_STATUS tc_snapshot_place(tc_snapshot_file *file, tc_snapshot *snapshot, tc_error *reterr);

#endif
