/*
 * text_block: what the parts of an incident's block on the page share. Private to text_*.c.
 *
 * A part begins with its label at column 2 and stands at TC_BLOCK_INDENT; a part of which nothing
 * is known prints nothing at all.
 */
#ifndef TC_OUTPUT_TEXT_BLOCK_H
#define TC_OUTPUT_TEXT_BLOCK_H

#include "detector/output/story_facts.h"
#include "detector/output/text_page.h"

enum { TC_BLOCK_INDENT = 8, TC_BLOCK_ROWS = 20 };

/* "  WHY   "; an empty label keeps its place. */
void tc_block_label(const tc_output *output, const char *label, tc_str *out);
/* A label and raw text behind it, wrapped. */
void tc_block_text(tc_output *output, const char *label, tc_slice raw, tc_str *out);
/* Raw text on lines of its own behind `indent` blanks: whole on one line where one has room for it,
 * so that a path can be copied. */
void tc_block_line(tc_output *output, size_t indent, tc_slice raw, tc_str *out);
/* Whether the table that was filled shows the column. */
bool tc_block_table_shows(const tc_output *output, size_t column);
/* Prints the table that was filled, and says what did not fit. */
void tc_block_table(tc_output *output, size_t left_out, tc_str *out);

/* The parts. */
void tc_block_who(tc_output *output, const tc_facts *facts, tc_str *out);
void tc_block_from(tc_output *output, const tc_facts *facts, tc_str *out);
void tc_block_proof(tc_output *output, const tc_facts *facts, tc_str *out);
/* What it has in common with incidents that were told before; remembers it for later ones. */
void tc_block_see(tc_output *output, const tc_facts *facts, tc_str *out);
void tc_told_remember(tc_output *output, const tc_facts *facts);
/* One line of evidence: time, words, place below them; at that indent. */
void tc_block_evidence(tc_output *output, const tc_alert_evidence *evidence, const char *phase,
                       size_t indent, tc_str *out);
/* "before", "access", "after" or "sign". */
const char *tc_block_phase(const tc_facts *facts, const tc_alert_evidence *evidence);
/* "build/logs/", below which the shown files stand; empty: none is common. */
void tc_block_folder(tc_output *output, size_t indent, tc_str *out);

#endif
