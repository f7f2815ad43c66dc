/*
 * live_state: what the stage of a run that goes on is made of. For live_*.c alone.
 */
#ifndef TC_LIVE_LIVE_STATE_H
#define TC_LIVE_LIVE_STATE_H

#include "detector/live/clock_step.h"
#include "detector/live/live_columns.h"
#include "detector/live/live_placing.h"
#include "detector/live/live_stage.h"
#include "detector/live/watermark.h"
#include "detector/pipeline/ordered.h"
#include "parsers/base/map.h"

/* Rows of the journal; numbers stay what they are. */
enum {
    TC_LIVE_ROW_SOURCE = 1,
    TC_LIVE_ROW_BATCH = 2,
    TC_LIVE_ROW_STEP = 3,
    TC_LIVE_ROW_REQUEST = 4
};

#define TC_LIVE_NEVER UINT64_MAX
#define TC_LIVE_ROW_MAX TC_STORE_BODY_MAX

/* What is counted of a source; saved with its point. */
typedef struct tc_live_books {
    uint64_t bytes, events, rejected, late, ahead;
} tc_live_books;

typedef struct tc_live_source {
    uint32_t id;  /* in the journal and in snapshots; never given again */
    uint64_t key; /* the follower's */
    uint32_t stream;
    uint64_t next;      /* blocks before it were taken in */
    uint64_t caught_at; /* it is caught up when so many were taken in */
    uint64_t ended_at;
    uint64_t taken; /* bytes of the stream */
    tc_slice place; /* where reading goes on; owned */
    tc_time newest;
    tc_live_books books;
    bool received; /* by an input, and from no file */
    bool dirty, forgotten;
} tc_live_source;

/* What was declared while it went on. */
typedef struct tc_live_declared {
    tc_time response_since; /* TC_TIME_NONE: nothing */
    tc_declared_window windows[TC_DECLARED_WINDOWS];
    size_t count;
} tc_live_declared;

/* A block on its way: its place, the batches that were made of it, its end. */
typedef struct tc_arrived {
    uint32_t source;
    uint64_t sequence;
    bool done;
    uint64_t taken;
    tc_slice place;
    tc_observations **batches;
    size_t batch_count, batch_capacity;
    tc_ledger ledger;
    tc_time first, last;
    uint64_t columns[TC_BLOCK_COLUMNS];
    size_t column_count;
} tc_arrived;

/* A snapshot under way. */
typedef struct tc_live_saving {
    tc_visit *visit;    /* NULL: none */
    tc_spill_view rest; /* what is still to be saved of what waits */
    tc_references references;
    tc_live_placing placing; /* all was saved, and comes to disk */
    bool more;
    int64_t last; /* when the last bit was done, by the steady clock */
} tc_live_saving;

struct tc_live_stage {
    tc_live_stage_options options;
    tc_watermark *watermark;
    tc_ordered *ordered;
    tc_alert_sink sink;
    tc_references references;
    tc_live_source *sources; /* by the index of the input */
    size_t count, capacity;
    tc_map *by_id, *by_key; /* -> index */
    uint32_t next_id;
    tc_arrived *arrived; /* few: as many as blocks may be under way */
    size_t arrived_count, arrived_capacity;
    tc_live_columns *columns;
    tc_observations *early; /* what may be told before its turn, with the next step */
    tc_str row;
    tc_time released; /* up to where the ordered stage has judged */
    tc_time step_now; /* the clock of the step under way */
    bool settled, finished;
    bool prunes;          /* there may be more to forget in the store */
    bool pledged;         /* the next commit that succeeds holds records of inputs */
    uint64_t uncommitted; /* events since the last commit */
    tc_time committed, snapshot_tried;
    int64_t snapshot_took; /* nanoseconds, in all */
    double judged;         /* seconds that the ordered stage had taken when the last one began */
    tc_live_saving saving;
    tc_clock_step clock;
    tc_live_declared declared;
    tc_live_books gone; /* of sources that are forgotten, and not in the table any more */
    tc_live_counts counts;
    tc_status failed;
    tc_error error;
};

/* live_basics.c. The first failure is kept. */
void tc_live_fail(tc_live_stage *stage, tc_status status, const tc_error *error);
tc_time tc_live_now(const tc_live_stage *stage);
void tc_live_free_slice(tc_slice *owned);
void tc_live_arrived_done(tc_arrived *arrived);
/* Gives up a snapshot that is under way; waits if it is being placed. */
void tc_live_snapshot_drop(tc_live_stage *stage);
void tc_live_forget_all(tc_live_stage *stage);
/* The books of all sources there ever were, or only of those that are forgotten. */
tc_live_books tc_live_sum(const tc_live_stage *stage, bool forgotten);
/* Writes what waits, in one transaction. */
TC_STATUS tc_live_write(tc_live_stage *stage);
/* Waits until little is waiting to be written. */
TC_STATUS tc_live_make_room(tc_live_stage *stage);

/* live_changed.c: what columns the source has. */
TC_STATUS tc_live_look_at_columns(tc_live_stage *stage, uint32_t index, uint64_t columns);

/* live_delay.c: said of the source alone; 0: nothing is. */
int64_t tc_live_delay_of(const tc_live_stage *stage, tc_slice path, bool received);

/* live_sources.c */
TC_STATUS tc_live_add_source(tc_live_stage *stage, uint32_t index, uint32_t id, uint64_t key);
/* What the notes say of a source's end holds when all before it was taken in. */
void tc_live_look_at_end(tc_live_stage *stage, uint32_t index);
/* Every source was read to its end. */
bool tc_live_all_caught_up(const tc_live_stage *stage);

/* live_early.c: grave findings before their turn. */
TC_STATUS tc_live_early_new(tc_live_stage *stage);
/* Keeps those of a batch that is taken in. */
TC_STATUS tc_live_early_take(tc_live_stage *stage, tc_observations *batch);
bool tc_live_early_waits(const tc_live_stage *stage);
/* Tells those that were kept, within a step. */
TC_STATUS tc_live_early_tell(tc_live_stage *stage);

/* live_step.c: judges up to the watermark, as the row of a step says. */
TC_STATUS tc_live_step(tc_live_stage *stage, tc_time watermark, tc_time now, bool history);

/* live_rows.c: rows of the journal and points as bytes. */
TC_STATUS tc_live_put_source(tc_live_stage *stage, uint32_t index);
TC_STATUS tc_live_put_batch(tc_live_stage *stage, tc_observations *batch);
TC_STATUS tc_live_put_step(tc_live_stage *stage, tc_time now, bool history);
TC_STATUS tc_live_put_points(tc_live_stage *stage);

/* live_obey.c: what people say takes effect; what was declared, again, behind a load. */
void tc_live_obey(tc_live_stage *stage, const tc_request *request);
void tc_live_declare_again(tc_live_stage *stage);
void tc_live_visit_declared(tc_live_stage *stage, tc_visit *visit);

/* live_pages.c: what is known of the incidents that have changed, for readers of the state; `all`:
 * also those that change often. */
TC_STATUS tc_live_put_pages(tc_live_stage *stage, bool all);

/* live_save.c: the whole state; the part before the ordered stage's. */
void tc_live_visit_front(tc_live_stage *stage, tc_visit *visit);
/* All but what waits on disk, which comes into the view. */
void tc_live_save(tc_live_stage *stage, tc_visit *visit, tc_spill_view *ret_rest);

/* live_take.c: notes and blocks. */
TC_STATUS tc_live_take_notes(tc_live_stage *stage);
TC_STATUS tc_live_take_result(tc_live_stage *stage, tc_block_result *result);

/* live_commit.c: lets time pass and writes what waits; waits itself where there is no room for
 * more. *ret_more: there is more to judge. */
TC_STATUS tc_live_commit(tc_live_stage *stage, bool at_rest, bool *ret_more);

/* live_snapshot.c: behind a commit. The next bit of one, where one is due or under way. */
void tc_live_snapshot_go_on(tc_live_stage *stage, tc_time now);
/* A whole one at once; one that is under way is given up. */
TC_STATUS tc_live_snapshot(tc_live_stage *stage, tc_error *reterr);

#endif
