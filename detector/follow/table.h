/*
 * table: files by path, by device and inode, and by their first bytes. Private to detector/follow.
 *
 * Chained through the files themselves, so that several may share what they are found by and a file
 * costs no memory of its own here. Under the lock.
 */
#ifndef TC_FOLLOW_TABLE_H
#define TC_FOLLOW_TABLE_H

#include "detector/follow/state.h"

/* Makes room for one more file in every table; TC_ENOMEM leaves them as they are. */
TC_STATUS tc_tables_reserve(tc_follow *follow);
void tc_tables_done(tc_follow *follow);

/* Files in or out; with what they are found by, which must not change in between. */
void tc_table_add(tc_follow *follow, int table, tc_followed *file);
void tc_table_remove(tc_follow *follow, int table, tc_followed *file);

/* The first file found, or the one behind `after`; NULL if there is none. */
tc_followed *tc_find_path(const tc_follow *follow, tc_slice path, const tc_followed *after);
tc_followed *tc_find_inode(const tc_follow *follow, uint64_t device, uint64_t inode,
                           const tc_followed *after);
tc_followed *tc_find_head(const tc_follow *follow, size_t length, uint64_t hash,
                          const tc_followed *after);

#endif
