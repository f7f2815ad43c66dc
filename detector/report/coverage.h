/*
 * coverage: what the logs could tell, and what they could not.
 *
 * Fills a summary from the inventory, and at the end from what was read and seen. Every indicator
 * is watched, partly watched or blind, with the reason and the mend; its row says what time was
 * judged of the logs that it needs. No row claims more than rules, logs, window and memory gave:
 * one whose rules are not loaded, or whose logs hold nothing in the window, is blind; one whose
 * logs lack days or a server, and one for which a bound gave something up is partly watched at
 * best. Rows stand in the order of tc_indicator. Texts live in the arena.
 */
#ifndef TC_REPORT_COVERAGE_H
#define TC_REPORT_COVERAGE_H

#include "detector/derive/derive.h"
#include "detector/pipeline/run.h"
#include "detector/pipeline/sources.h"
#include "detector/summary.h"
#include "parsers/base/arena.h"

/* The logs that an indicator needs; of a join, what both sides have. */
typedef struct tc_coverage_logs {
    bool given;
    bool empty;                        /* ... and sound, but without a record, all of them */
    bool packets;                      /* ... and captures of packets, all that hold a record */
    bool exchange;                     /* ... and some of them not those of other mail servers */
    uint64_t hidden;                   /* records of what could not be read in them */
    uint64_t holes, deeds;             /* their connections with holes; what was told in them */
    uint64_t dropped, tunnels, kept;   /* packets: where they were captured, unread, the others */
    tc_time first, last;               /* of all their records; TC_TIME_NONE = none */
    tc_time judged_first, judged_last; /* what of it lies in the window; TC_TIME_NONE = nothing */
} tc_coverage_logs;

/* What logs of webmail can leave out. */
typedef enum tc_mute {
    TC_MUTE_USER,
    TC_MUTE_ADDRESS,
    TC_MUTE_AGENT, /* and no geo database tells places instead */
    TC_MUTE_KINDS
} tc_mute;

/* Those of one server and format that hold it in no record. */
typedef struct tc_mute_logs {
    uint64_t logs;
    tc_slice host; /* of the first; may be empty */
    const char *format;
} tc_mute_logs;

/* Exports of a format that end where what made them does by itself. */
typedef struct tc_cut_export {
    const tc_row_limit *limit;
    const char *format;
    uint64_t files;
    uint32_t blinds; /* TC_BLINDS of the indicators that may lack something */
} tc_cut_export;
#define TC_CUTS_MAX 16
#define TC_GAP_CUT "cut" /* tc_audit_gap.kind of them */

typedef struct tc_coverage_facts {
    tc_derive_coverage seen;
    tc_coverage_logs logs[TC_INDICATOR_COUNT];
    tc_derive_audit_facts audit;
    tc_gaps gaps[TC_INDICATOR_COUNT]; /* between them */
    tc_cut_export cuts[TC_CUTS_MAX];
    size_t cut_count;
    tc_mute_logs mute[TC_MUTE_KINDS];
    tc_account_fields accounts; /* of those files in which too many do not say whose */
    uint32_t ruled;    /* TC_BLINDS of every indicator for which a rule of ours is loaded */
    uint32_t required; /* ... that has to be watched */
} tc_coverage_facts;

/* What is taken for granted because no option says it, and no log. */
TC_STATUS tc_coverage_guesses(const tc_run *run, tc_arena *arena, tc_summary *summary);
/* Inventory, guesses, missing logs and unread files, before anything is read. */
TC_STATUS tc_coverage_inventory(const tc_run *run, tc_arena *arena, tc_summary *summary);
/* The rows of the inventory once more, when everything was read: sizes and times that nobody could
 * know before (packed files, UTF-16, standard input) stand in them. */
TC_STATUS tc_coverage_inventory_read(const tc_run *run, const tc_sources *sources, tc_arena *arena,
                                     tc_summary *summary);
/* What the sources held, and which rules there are; facts->seen is the caller's to fill. Sets the
 * summary's times. */
void tc_coverage_gather(const tc_run *run, const tc_sources *sources, tc_summary *summary,
                        tc_coverage_facts *facts);
/* What the logs of webmail say of each use, by server and format, and events of their accounts. */
TC_STATUS tc_coverage_fields(const tc_run *run, const tc_sources *sources, tc_arena *arena,
                             tc_coverage_facts *facts);
/* Which evidence the indicator is judged by, as bits; 0: by other indicators. */
uint32_t tc_coverage_fed_by(tc_indicator indicator);
/* Which exports are probably cut. */
void tc_coverage_cuts(const tc_run *run, const tc_sources *sources, tc_coverage_facts *facts);
/* ... as a reason, and as gaps of the audit; there must be room for TC_CUTS_MAX. Returns how many.
 */
tc_slice tc_coverage_cut_words(const tc_cut_export *cut, tc_arena *arena);
size_t tc_coverage_cut_gaps(const tc_coverage_facts *facts, tc_arena *arena, tc_audit_gap *gaps);
/* What audit logs and exports leave out, into the summary; before the indicators are judged. */
TC_STATUS tc_coverage_audit(const tc_coverage_facts *facts, tc_arena *arena, tc_summary *summary);
/* What is left out that the indicator needs, in short; empty: nothing. */
tc_slice tc_coverage_audit_words(const tc_summary *summary, const char *indicator, tc_arena *arena);
/* What captures that alone tell of an indicator lack, if it is much; empty: it is not. */
tc_slice tc_coverage_hole_words(const tc_coverage_logs *logs, tc_arena *arena);
/* Words of coverage, in the arena; empty without memory. */
tc_slice tc_coverage_say(tc_arena *arena, const char *format, ...) TC_PRINTF(2, 3);
/* "3 sessions and uses under names with control characters"; empty: there were none. */
tc_slice tc_coverage_flaws(const uint64_t flawed[TC_NAME_FLAWS], tc_arena *arena);
/* As it is called in its row. */
const char *tc_coverage_name(tc_indicator indicator);
/* The state of each indicator; reads the summary's window and bounds. */
TC_STATUS tc_coverage_judge(const tc_coverage_facts *facts, tc_arena *arena, tc_summary *summary);

#endif
