/*
 * output_state: what the formats of one output share. Private to this folder.
 *
 * A format appends to the text that it is given and uses the scratch text for one escaped value at
 * a time: what tc_output_value returned is gone with the next call. Lack of memory is noted in
 * `failed`; output.c then takes back what was appended.
 */
#ifndef TC_OUTPUT_OUTPUT_STATE_H
#define TC_OUTPUT_OUTPUT_STATE_H

#include "detector/output/output.h"
#include "detector/output/redact.h"
#include "detector/output/text_table.h"

#define TC_OUTPUT_VENDOR "tocsin"
#define TC_OUTPUT_PRODUCT "tocsin"

/* Incidents whose people later blocks may refer to, and how many of these. */
enum { TC_TOLD_INCIDENTS = 16, TC_TOLD_NAMES = 500, TC_TOLD_NAME = 320, TC_TOLD_SOURCES = 64 };

typedef struct tc_told {
    size_t number;
    tc_str names; /* each with a line end behind it; none where there are too many */
    tc_ip sources[TC_TOLD_SOURCES];
    size_t source_count;
    uint64_t agent; /* content hash of the one that all sources have; 0: not one */
} tc_told;

/* What a page remembers from one call to the next. */
typedef struct tc_page_state {
    tc_str logs;   /* "IIS and tracking logs of EX01, HUB01"; empty: not known */
    tc_str root;   /* the folder that all files stand below, with its '/'; empty: none */
    size_t number; /* of the incidents told */
    uint64_t lines;
    bool timeline; /* its head was told */
    tc_told told[TC_TOLD_INCIDENTS];
    size_t told_count;
} tc_page_state;

struct tc_output {
    tc_output_options options;
    tc_redactor *redactor; /* NULL unless people are told under pseudonyms */
    tc_str scratch;        /* one escaped value */
    tc_str composed;       /* one raw sentence of the text format */
    tc_code failed;
    tc_table table;
    tc_page_state page;
};

/* The first failure is kept. */
void tc_output_note_failure(tc_output *output, tc_code code);
/* The scratch text, emptied. */
tc_str *tc_output_scratch(tc_output *output);
/* Raw text escaped in the scratch text. */
tc_slice tc_output_value(tc_output *output, tc_slice raw);
/* Another text, emptied, for raw words to be put together in. */
tc_str *tc_output_compose(tc_output *output);

/* Parts of formats that fill more than one file: of text, the final state of an incident as a
 * block, a change of one and an alert as lines of the timeline, the result in a few lines (and once
 * more in one), what could be watched, and what was read; of JSON, the summary. */
void tc_output_text_incident(tc_output *output, const tc_alert *alert, tc_str *out);
void tc_output_text_left_out(tc_output *output, const tc_summary *summary, tc_str *out);
void tc_output_text_change(tc_output *output, const tc_alert *alert, tc_str *out);
void tc_output_text_alert(tc_output *output, const tc_alert *alert, tc_str *out);
void tc_output_text_result(tc_output *output, const tc_summary *summary, tc_str *out);
void tc_output_text_result_again(tc_output *output, const tc_summary *summary, tc_str *out);
void tc_output_text_coverage(tc_output *output, const tc_summary *summary, tc_str *out);
void tc_output_text_input(tc_output *output, const tc_summary *summary, tc_str *out);
/* Remembers what there is to be judged, and tells nothing of it: a row's `inventory`. */
void tc_output_know(tc_output *output, const tc_summary *summary, tc_str *out);
void tc_output_json_summary(tc_output *output, const tc_summary *summary, tc_time now, tc_str *out);

/* What CEF and LEEF call severity: 1 to 10. */
int tc_output_severity10(tc_level level);
/* How grave the end of a scan is: the gravest thing found; low for a scan that is blind and medium
 * for an incomplete one, so that they stand out of clean ones. */
tc_level tc_output_summary_level(const tc_summary *summary);

#endif
