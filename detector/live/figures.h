/*
 * figures: how a run that goes on is, as numbers: for its metrics and for its health.
 *
 * Gathered on the collector's thread from the parts that know; a copy, nothing points into them but
 * the receivers' names.
 */
#ifndef TC_LIVE_FIGURES_H
#define TC_LIVE_FIGURES_H

#include "detector/live/live_inputs.h"
#include "detector/live/live_receivers.h"
#include "detector/live/live_stage.h"

#define TC_FIGURES_RECEIVERS 64

typedef struct tc_figures {
    tc_time now;
    tc_live_counts counts;
    tc_store_health store;
    uint64_t silenced, early;
    uint64_t stands[TC_STAND_COUNT];
    uint64_t critical;             /* of those that are open */
    uint64_t disk_free, disk_size; /* of the state; 0: not known */
    tc_live_packets packets;
    uint64_t problems;
    tc_receiver_figures receivers[TC_FIGURES_RECEIVERS];
    size_t receiver_count;
} tc_figures;

typedef struct tc_figures_of {
    const tc_live_stage *stage;
    const tc_live_tell *tell;
    tc_store *store;
    tc_live_receivers *receivers;
    const tc_live_inputs *inputs; /* NULL: none */
    const char *folder;
} tc_figures_of;

void tc_figures_gather(const tc_figures_of *of, tc_time now, tc_figures *ret);

#endif
