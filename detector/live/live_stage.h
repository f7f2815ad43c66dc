/*
 * live_stage: what a run that goes on knows, and how it is kept.
 *
 *   blocks -> in the order of their source -> journal -> ordered stage -> outbox rows
 *                                                  '- commit: points, journal, rows, at once -'
 *
 * Runs on the collector's thread. The ordered stage is a function of two things: the batches that
 * it was given, and the steps of the watermark. Both stand in the store's journal before, or with,
 * what came of them; so a new process loads the last snapshot, does again what the journal says and
 * stands where the last commit stood, whatever happened to the one before. Clocks decide how far a
 * step goes and whether a date is too far ahead, and only the decision is kept. Everything that was
 * made of logs and is not committed is made again, because the sources are read again from their
 * committed places on.
 *
 * Bounded: the blocks under way; what the ordered stage holds; what the store lets wait when
 * nothing can be written, and then nothing more is read. Owns the run's input, which is made anew
 * where a restore begins anew.
 */
#ifndef TC_LIVE_LIVE_STAGE_H
#define TC_LIVE_LIVE_STAGE_H

#include "detector/incident/incident.h"
#include "detector/live/live_feed.h"
#include "detector/live/live_tell.h"
#include "detector/live/request.h"
#include "detector/pipeline/pipeline.h"
#include "detector/pipeline/run.h"
#include "detector/store/store.h"

#define TC_LIVE_SOURCES_MAX ((size_t)1 << 18)

typedef struct tc_live_stage tc_live_stage;

typedef struct tc_live_stage_options {
    tc_run *run;
    tc_store *store;
    tc_follow *follow;
    struct tc_live_inputs *inputs; /* NULL: none */
    tc_live_tell *tell;
    tc_notes *notes;
    int64_t delay; /* of records; 0: learned */
    const char *spill_folder;
    bool redact;
    bool once; /* ends when everything that is there was read and judged */
    void *context;
    tc_time (*now)(void *context);
    int64_t (*steady)(void *context); /* nanoseconds of a clock that nobody sets */
    void (*say)(void *context, const char *sentence);
    void (*wake)(void *context);     /* there are new rows for senders */
    bool (*stopping)(void *context); /* whether to give up waiting for a disk */
} tc_live_stage_options;

typedef struct tc_live_counts {
    uint64_t sources, blocks, bytes, events, rejected, late, ahead, gaps, observations, alerts;
    uint64_t commits, steps, snapshots, replayed, forgotten;
    int64_t snapshot_pause; /* the longest that one held up, in nanoseconds */
    uint64_t columns;       /* times that a log had other columns than before, of this process */
    char columns_of[160];   /* the last one */
    bool differs;           /* the replay did not tell what had been told */
    bool history_read, settled;
    tc_time watermark, newest;
} tc_live_counts;

tc_live_stage *tc_live_stage_new(const tc_live_stage_options *options) TC_MUST_USE;
void tc_live_stage_free(tc_live_stage *stage);
/* Loads what the store has, or begins with nothing. Tells the follower what it remembers. */
TC_STATUS tc_live_stage_restore(tc_live_stage *stage, tc_error *reterr);
/* For who replays a journal that another process keeps, without a store of its own: begins with
 * nothing, and what is found goes to `sink` instead of the receivers; then every row, in order. */
TC_STATUS tc_live_stage_replay(tc_live_stage *stage, const tc_alert_sink *sink, tc_error *reterr);
TC_STATUS tc_live_stage_redo(tc_live_stage *stage, uint32_t kind, tc_slice body, tc_error *reterr);
/* Observations that a replay left out, because their rule is not there or reads otherwise. */
uint64_t tc_live_stage_left_out(const tc_live_stage *stage);
/* Tells the feed where reading goes on. */
TC_STATUS tc_live_stage_introduce(tc_live_stage *stage, tc_live_feed *feed);
/* As a pipeline's job wants them; the context is the stage. */
TC_STATUS tc_live_stage_collect(void *stage, tc_block_result *result);
void tc_live_stage_tick(void *stage);
/* Whether there is a reason to end: a failure (words in tc_live_stage_error), or all was read. */
bool tc_live_stage_is_over(const tc_live_stage *stage);
TC_STATUS tc_live_stage_status(const tc_live_stage *stage, tc_error *reterr);
/* Commits what was taken in and makes a snapshot; one that would be very large only if it `must`,
 * because rules or settings change. After the pipeline. */
TC_STATUS tc_live_stage_close(tc_live_stage *stage, bool must, tc_error *reterr);
tc_live_counts tc_live_stage_counts(const tc_live_stage *stage);
/* Somebody asks for a change: it is judged, and if it can be done takes effect and is committed
 * before the answer, a sentence, is appended. What fails has changed nothing, but where the words
 * say that it waits for the disk. */
TC_STATUS tc_live_stage_ask(tc_live_stage *stage, const tc_request *request, tc_str *answer,
                            tc_error *reterr);
/* Blocks that wait for others of their source: something is under way. */
bool tc_live_stage_is_waiting(const tc_live_stage *stage);

#endif
