/*
 * followed: files come, change what they are found by, and go. Private to detector/follow; under
 * the lock.
 */
#ifndef TC_FOLLOW_FOLLOWED_H
#define TC_FOLLOW_FOLLOWED_H

#include "detector/follow/state.h"

/* A file at home with that path and inode, of which nothing is known yet. */
TC_STATUS tc_followed_new(tc_follow *follow, tc_lane *lane, tc_slice path, uint64_t device,
                          uint64_t inode, tc_followed **ret);
/* Closes and frees it, and what it is a copy of has one less. */
void tc_followed_forget(tc_follow *follow, tc_followed *file);
/* Another path, inode or print. TC_ENOMEM leaves the path as it was. */
TC_STATUS tc_followed_move(tc_follow *follow, tc_followed *file, tc_slice path);
void tc_followed_set_inode(tc_follow *follow, tc_followed *file, uint64_t device, uint64_t inode);
void tc_followed_set_print(tc_follow *follow, tc_followed *file, const tc_print *print);
/* It holds what `of` gave, or (NULL) no more. */
void tc_followed_set_copy(tc_followed *file, tc_followed *of);

/* Notes a descriptor as the file's, or (-1) has its lane close it; at the bound the least used one
 * of an idle file is closed first. */
void tc_followed_set_fd(tc_follow *follow, tc_followed *file, int fd);
void tc_followed_used(tc_follow *follow, tc_followed *file);

/* The file that has its inode now came into being then. Where that is not when its own did, it was
 * deleted, and cut off by nobody; whether anything of it was not read is what the last look said.
 */
void tc_followed_look_at_birth(tc_followed *file, tc_time born);
/* What it held is not in its inode any more. */
void tc_followed_lost(tc_follow *follow, tc_followed *file);

#endif
