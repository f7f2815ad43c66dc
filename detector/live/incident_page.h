/*
 * incident_page: what the state keeps of an incident for people who ask about it later.
 *
 * Two values of the store for each: "incident:ID", its row on the board, and "page:ID", what it
 * looks like: rules, people and sources as far as they fit, the page and the line of JSON as the
 * outputs word them. Nothing is judged by them: whoever reads the state may do so while the run
 * goes on. What is loaded is hostile.
 */
#ifndef TC_LIVE_INCIDENT_PAGE_H
#define TC_LIVE_INCIDENT_PAGE_H

#include "detector/live/board.h"
#include "parsers/base/arena.h"
#include "parsers/base/str.h"

#define TC_INCIDENT_KEY "incident:"
#define TC_PAGE_KEY "page:"
#define TC_PAGE_LIST 100
#define TC_PAGE_TEXT ((size_t)24000)

/* A source: where, and with what. */
typedef struct tc_page_source {
    tc_ip ip;
    tc_slice agent;
} tc_page_source;

typedef struct tc_incident_page {
    tc_slice rules[TC_PAGE_LIST]; /* names, else ids */
    tc_slice mailboxes[TC_PAGE_LIST];
    tc_page_source sources[TC_PAGE_LIST];
    size_t rule_count, mailbox_count, source_count; /* as listed here */
    bool cut;                                       /* there is more than the lists have */
    tc_slice text, json;                            /* json may be empty: too long */
} tc_incident_page;

/* The page as bytes, behind what stands in `out`. Texts are borrowed. */
TC_STATUS tc_incident_page_save(const tc_incident_page *page, tc_str *out, tc_error *reterr);
/* Texts are copied into the arena. */
TC_STATUS tc_incident_page_load(tc_slice bytes, tc_arena *arena, tc_incident_page *ret,
                                tc_error *reterr);
TC_STATUS tc_incident_row_save(const tc_board_row *row, tc_str *out, tc_error *reterr);
TC_STATUS tc_incident_row_load(tc_slice bytes, tc_board_row *ret, tc_error *reterr);

#endif
