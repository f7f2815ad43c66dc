/*
 * told: what waits to be told to the caller, and bytes to be taken. Private to detector/follow;
 * under the lock.
 *
 * Each stream stands in the queue once, with a bit for each kind of event, so that what waits is
 * bounded by the number of streams. What belongs to none is bounded by itself; beyond it is not
 * told.
 */
#ifndef TC_FOLLOW_TOLD_H
#define TC_FOLLOW_TOLD_H

#include "detector/follow/state.h"

/* A stream of the file from its print's place on, with its NEW. */
TC_STATUS tc_told_new(tc_follow *follow, tc_followed *file);
void tc_told(tc_follow_stream *stream, tc_follow_kind kind);
/* Bytes that follow what was given; the file's print is that behind them. */
TC_STATUS tc_told_bytes(tc_followed *file, tc_slice bytes);
/* So many bytes will not come (0: who knows). With a print that stands behind them. */
TC_STATUS tc_told_gap(tc_followed *file, tc_follow_why why, uint64_t bytes);
/* Its stream ends. */
void tc_told_end(tc_followed *file);
/* The file cannot be read, told once; and can again. */
void tc_told_failed(tc_follow *follow, tc_followed *file, const tc_error *error);
void tc_told_works(tc_follow *follow, tc_followed *file);
/* What belongs to no stream; `error` may be NULL. */
void tc_told_notice(tc_follow *follow, tc_follow_kind kind, uint64_t key, tc_slice path,
                    const tc_error *error);

/* Takes the next event; false if there is none. */
bool tc_told_take(tc_follow *follow, tc_follow_event *ret);
/* Frees a stream that ended and was closed, if nothing is to be told and its last point is taken.
 */
void tc_told_let_go(tc_follow_stream *stream);
void tc_told_free_stream(tc_follow_stream *stream);
void tc_told_drop_pieces(tc_follow_stream *stream);
void tc_told_done(tc_follow *follow);

#endif
