/*
 * channel: one way in which a scan is told: a format, and the sender that carries what it says.
 *
 * Alerts wait in a spool until the order of all records is certain, each with its id, and are sent
 * one by one then; the inventory, the head and the summary are sent at once. A channel that is
 * needed fails with its sender. On another a message that does not get through is counted, and the
 * first failure kept: the scan goes on, and the summary says so. A zeroed channel is one that
 * nobody asked for: all functions do nothing with it.
 */
#ifndef TC_PIPELINE_CHANNEL_H
#define TC_PIPELINE_CHANNEL_H

#include "detector/output/output.h"
#include "detector/output/sender.h"
#include "detector/pipeline/spool.h"

typedef struct tc_channel {
    const tc_sender *sender; /* NULL: nobody asked for it */
    void *state;             /* the sender's; NULL: closed */
    tc_output *output;
    tc_spool *spool;   /* what is told while the order is not certain */
    tc_spool *details; /* what of it stands behind the rest */
    tc_str text;       /* one message */
    bool needed;
    uint64_t unsent;
    tc_error why; /* the first that was not sent */
} tc_channel;

/* `target` as tc_sender says. */
TC_STATUS tc_channel_open(tc_channel *channel, const tc_sender *sender, const char *target,
                          bool needed, tc_error *reterr);
void tc_channel_done(tc_channel *channel);
/* Begins telling, or begins it anew: what was spooled is gone. */
TC_STATUS tc_channel_begin(tc_channel *channel, const tc_output_options *options,
                           const char *spill_folder, tc_error *reterr);
/* Sends the inventory, or where it was sent already only lets the output have told it (pseudonyms
 * are given in the order of telling). */
TC_STATUS tc_channel_inventory(tc_channel *channel, const tc_summary *summary, bool again,
                               tc_error *reterr);
TC_STATUS tc_channel_alert(tc_channel *channel, const tc_alert *alert, tc_time now,
                           tc_error *reterr);
/* Sends what the format tells of the whole scan before the findings. */
TC_STATUS tc_channel_head(tc_channel *channel, const tc_summary *summary, tc_error *reterr);
/* Sends all alerts that wait, details last. */
TC_STATUS tc_channel_deliver(tc_channel *channel, tc_error *reterr);
/* Sends the summary, and closes the sender. */
TC_STATUS tc_channel_end(tc_channel *channel, const tc_summary *summary, tc_time now,
                         tc_error *reterr);

#endif
