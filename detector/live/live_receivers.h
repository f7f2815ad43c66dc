/*
 * live_receivers: whom a run that goes on tells, and the threads that do.
 *
 * Made of the options before anything is opened, so that a bad one is refused at once; started when
 * the store is open, one thread and one connection for each. Knows nothing of alerts: rows are put
 * by live_tell.h, and taken here.
 */
#ifndef TC_LIVE_LIVE_RECEIVERS_H
#define TC_LIVE_LIVE_RECEIVERS_H

#include "detector/settings/options.h"

struct tc_receiver;
struct tc_store_options;

typedef struct tc_live_receivers tc_live_receivers;

/* How one is reached, of this process; `waiting` rows it does not have yet. */
typedef struct tc_receiver_figures {
    const char *name;
    uint64_t sent, dead, failures, waiting;
    tc_time last_sent, failing_since; /* TC_TIME_NONE: never; it does not */
    char why[384];
} tc_receiver_figures;

/* TC_ESYNTAX: what is wrong with one. Without any in the options the findings go to standard
 * output. */
TC_STATUS tc_live_receivers_new(const tc_options *options, tc_live_receivers **ret,
                                tc_error *reterr);
/* Ends the threads first. */
void tc_live_receivers_free(tc_live_receivers *receivers);
struct tc_receiver *const *tc_live_receivers_list(const tc_live_receivers *receivers,
                                                  size_t *ret_count);
/* Of hooks: before the first thread is started. */
TC_STATUS tc_live_receivers_start_hooks(tc_live_receivers *receivers, tc_error *reterr);
/* The store of the folder is open. */
TC_STATUS tc_live_receivers_start(tc_live_receivers *receivers, const char *folder,
                                  const struct tc_store_options *store, tc_error *reterr);
/* Others, made of settings that were read again and not started: whether they can be had in a
 * process that has given up what it did not need. Hooks cannot. */
TC_STATUS tc_live_receivers_try(const tc_live_receivers *receivers, const tc_live_receivers *next,
                                tc_error *reterr);

typedef struct tc_receivers_place {
    const char *folder;
    const struct tc_store_options *store;
    void (*say)(void *context, const char *sentence);
    void *context;
} tc_receivers_place;

/* They take the place of those that are told now, and *next is NULL: who has not changed keeps his
 * thread and connection; what waits for one who is gone stays in his outbox, which is said. */
TC_STATUS tc_live_receivers_change(tc_live_receivers *receivers, tc_live_receivers **next,
                                   const tc_receivers_place *place, tc_error *reterr);
void tc_live_receivers_stop(tc_live_receivers *receivers);
/* There are new rows. */
void tc_live_receivers_wake(tc_live_receivers *receivers);
/* Rows that no receiver has yet, by a connection of its own; those of receivers that cannot be
 * reached do not count with `reachable`. */
uint64_t tc_live_receivers_waiting(tc_live_receivers *receivers, bool reachable);
size_t tc_live_receivers_count(const tc_live_receivers *receivers);
void tc_live_receivers_figures(tc_live_receivers *receivers, size_t index,
                               tc_receiver_figures *ret);
/* Appends a sentence for each that fails now. */
void tc_live_receivers_troubles(const tc_live_receivers *receivers, tc_str *out);

/* Files that receivers are told in, and those that they read (keys); the lists' items are to be
 * freed, their texts are the receivers'. */
TC_STATUS tc_live_receivers_files(const tc_live_receivers *receivers, tc_path_list *told,
                                  tc_path_list *read);

#endif
