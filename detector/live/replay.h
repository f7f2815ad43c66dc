/*
 * replay: what the kept journal of a run that goes on tells under given settings.
 *
 * In a process of its own, while the run may be writing: rows are read one by one, and nothing is
 * held of the database between two of them. Begins at some row with nothing learned, so what rests
 * on earlier days comes out otherwise than it did; whoever compares two replays compares like with
 * like. Bounded: by bytes of the journal, by time, and by what an ordered stage may hold.
 */
#ifndef TC_LIVE_REPLAY_H
#define TC_LIVE_REPLAY_H

#include "detector/incident/incident.h"
#include "detector/settings/options.h"
#include "detector/store/inspect.h"
#include "parsers/base/hash.h"

typedef struct tc_replay_options {
    tc_inspect *inspect;
    const tc_options *options; /* the settings; `since` is when the run began first */
    tc_hash_key key;           /* of the run's sessions */
    tc_time now;
    uint64_t row, last; /* of the journal, the first and the last; 0: what fits, to the newest */
    uint64_t bytes, seconds;   /* so much of the journal at most, and for so long; 0: no bound */
    const tc_alert_sink *sink; /* who is told, in order */
} tc_replay_options;

typedef struct tc_replayed {
    uint64_t first, last, rows;
    uint64_t left_out; /* observations of rules that are not there, or read otherwise */
    tc_time from, to;  /* when the rows were written; TC_TIME_NONE: there are none */
    bool earlier;      /* there are rows before the first */
    bool cut;          /* the time was over before the last row */
} tc_replayed;

/* TC_EUNSUPPORTED: the row that it is to begin with has gone. */
TC_STATUS tc_replay(const tc_replay_options *options, tc_replayed *ret, tc_error *reterr);

#endif
