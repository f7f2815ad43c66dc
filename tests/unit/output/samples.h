/* samples: alerts and summaries as a scan of the 2011 story would give them. Everything is static.
 */
#ifndef TC_TEST_OUTPUT_SAMPLES_H
#define TC_TEST_OUTPUT_SAMPLES_H

#include "detector/output/output.h"

/* A critical incident with twelve mailboxes and five sources, final. */
tc_alert sample_incident(void);
/* The same incident when another was merged into it. */
tc_alert sample_merged(void);
/* One alert of no incident, with hardly anything known. */
tc_alert sample_bare_alert(void);
/* One alert about one user, of an incident. */
tc_alert sample_user_alert(void);
/* Inventory, coverage and verdict of an incomplete scan; `found` = with incidents. */

tc_summary sample_summary(bool found);

tc_output *sample_output(const tc_output_format *format, uint32_t width, bool redact);

#endif
