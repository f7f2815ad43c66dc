/*
 * json_story: what a page says of an alert in words and figures, as members of its "tocsin".
 *
 * The same facts as the page's, under stable names; what is not known is absent.
 */
#ifndef TC_OUTPUT_JSON_STORY_H
#define TC_OUTPUT_JSON_STORY_H

#include "detector/output/json_fields.h"
#include "detector/output/output_state.h"

/* Of a final state: "headline", "why", "do". Of any alert, where known: "rules", "measure",
 * "crowd". */
void tc_json_story(tc_output *output, tc_json_writer *writer, const tc_alert *alert);
/* "phase" and "shows" of one line of evidence. */
void tc_json_story_evidence(tc_output *output, tc_json_writer *writer, const tc_alert *alert,
                            const tc_alert_evidence *evidence);

#endif
