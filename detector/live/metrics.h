/*
 * metrics: the figures of a run that goes on, in the text form of Prometheus.
 */
#ifndef TC_LIVE_METRICS_H
#define TC_LIVE_METRICS_H

#include "detector/live/figures.h"

/* Appends all metrics (metrics.def). */
void tc_metrics_write(const tc_figures *figures, tc_str *out);
/* The same into a file that is put in the place of the one before as a whole, so that nobody reads
 * half of it. */
TC_STATUS tc_metrics_write_file(const char *path, const tc_figures *figures, tc_error *reterr);

#endif
