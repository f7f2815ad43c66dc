/*
 * live_inputs: the inputs of a run that goes on: from settings to streams, and what is kept of
 * them.
 *
 * What the inputs have counted and which records they have seen stand in the state, written with
 * the commits that hold the records. They are open for as long as the process; settings that are
 * read again do not move them.
 */
#ifndef TC_LIVE_LIVE_INPUTS_H
#define TC_LIVE_LIVE_INPUTS_H

#include "detector/receive/receive.h"
#include "detector/settings/options.h"

struct tc_store;

/* Standard input among the paths. */
#define TC_LIVE_STDIN "-"

typedef struct tc_live_inputs tc_live_inputs;

typedef struct tc_live_packets {
    uint64_t came, lost; /* packets, since the state began */
    uint64_t gone;       /* interfaces that nothing comes of any more, in this process */
    char words[600];     /* which, and why, if there is any */
} tc_live_packets;

/* Whether there is any. */
bool tc_live_inputs_any(const tc_options *options);
/* Opens them; says what is dangerous about one. */
TC_STATUS tc_live_inputs_new(const tc_options *options, tc_time (*now)(void *context),
                             void (*say)(void *context, const char *sentence), void *context,
                             tc_live_inputs **ret, tc_error *reterr);
void tc_live_inputs_free(tc_live_inputs *inputs);
/* NULL of none. */
tc_receive *tc_live_inputs_receive(const tc_live_inputs *inputs);
/* Takes up what the state has of them, once. */
TC_STATUS tc_live_inputs_load(tc_live_inputs *inputs, struct tc_store *store, tc_error *reterr);
/* Puts what has changed; with the next commit. */
TC_STATUS tc_live_inputs_put(tc_live_inputs *inputs, struct tc_store *store);
/* What came of interfaces; of NULL: nothing. */
tc_live_packets tc_live_inputs_packets(const tc_live_inputs *inputs);
/* Appends a line for each: what came, and what was rejected. */
void tc_live_inputs_tell(const tc_live_inputs *inputs, tc_str *out);

#endif
