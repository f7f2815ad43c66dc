/*
 * summary: what was read, how well it could be judged, and what it cost.
 *
 * Shown as the inventory before findings come and as verdict and coverage after them. Like an alert
 * it is raw: outputs escape. No verdict is told without the time that was judged and without what
 * could not be: every output, the books of --stats and the exit status have it from here.
 */
#ifndef TC_DETECTOR_SUMMARY_H
#define TC_DETECTOR_SUMMARY_H

#include "detector/alert.h"
#include "detector/bound.h"
#include "parsers/event/ledger.h"

typedef struct tc_inventory_row {
    tc_slice host;      /* empty = not known */
    const char *format; /* parser name */
    uint64_t files, bytes;
    tc_time first, last; /* TC_TIME_NONE = not known before reading */
    bool unsized;        /* some of it has no size before it was read (standard input) */
} tc_inventory_row;

/* Files without a header whose rows are read by the same columns. */
typedef struct tc_columns_told {
    tc_slice names; /* as a #Fields line has them, "-" for a column without a name */
    tc_slice file;  /* one of them */
    uint64_t files;
    uint64_t rows; /* whose shapes told the columns; 0: --fields did */
} tc_columns_told;

typedef enum tc_watch_state {
    TC_WATCHED,
    TC_PARTLY,
    TC_BLIND,
    TC_WATCH_STATE_COUNT
} tc_watch_state;

typedef struct tc_coverage_row {
    const char *indicator; /* "webmail bursts", "system message language", "password resets", ... */
    tc_watch_state state;
    tc_slice why;        /* empty when watched */
    tc_slice fix;        /* what the administrator can do */
    tc_time first, last; /* what was judged of the logs that it needs; TC_TIME_NONE = nothing */
    bool required;       /* --require: unless it is watched, the scan is incomplete */
} tc_coverage_row;

/* What audit logs leave out; of mailboxes the first are named. */
typedef struct tc_audit_gap {
    const char *kind;      /* "record_type", "off", "off_for_all", "bypassed", "throttled", "never",
                              "cut" */
    tc_slice what;         /* of a record type its name, of cut exports their format */
    const char *indicator; /* that sees less for it, as in its row of coverage; NULL: none */
    tc_slice why, fix;
    uint64_t mailboxes;
    const tc_slice *names;
    size_t name_count;
} tc_audit_gap;

typedef struct tc_problem {
    tc_slice file;
    tc_slice text; /* "permission denied", "damaged gzip at byte 123" */
} tc_problem;

/* What the site has said beforehand is no finding, and how many findings it has left out. */
typedef struct tc_left_out {
    const char *kind; /* "exception", "change_window", "response", "service" */
    tc_slice what;    /* a clause: "rule x, user y" */
    tc_slice reason;  /* as the site gives it; may be empty */
    tc_slice file;    /* where it is said; empty: on the command line, or in several places */
    uint32_t line;
    tc_time until; /* TC_TIME_NONE: without end */
    bool ended;    /* by the clock: it was not applied */
    uint64_t findings;
} tc_left_out;

/* Files by what became of them. A file that broke off or had too much of it rejected was read. */
typedef struct tc_file_counts {
    uint64_t read, empty;
    uint64_t unreadable;     /* permission, read error, damaged archive */
    uint64_t not_understood; /* evidence, by its looks, of a kind that is not read */
    uint64_t broken_off;     /* failed in the middle */
    uint64_t rejected;       /* too many records were no records */
} tc_file_counts;

typedef enum tc_outcome {
    TC_OUTCOME_CLEAN = 0,  /* all of it was judged by every indicator, and nothing was found */
    TC_OUTCOME_BLIND,      /* nothing found, and an indicator had no logs to judge by */
    TC_OUTCOME_INCOMPLETE, /* nothing found, and what is or looks like evidence was not judged */
    TC_OUTCOME_FOUND,
    TC_OUTCOME_COUNT
} tc_outcome;

/* Why not everything was judged. */
typedef struct tc_unjudged {
    const char *key; /* snake_case, for machines */
    tc_slice words;  /* a clause for people */
} tc_unjudged;

typedef struct tc_verdict {
    tc_outcome outcome;
    bool incomplete;     /* there are reasons; also when something was found */
    bool nothing_judged; /* the first reason says why */
    const tc_unjudged *reasons;
    size_t reason_count;
    int exit_status;
} tc_verdict;

/* What the scan went on from, and what the next one can go on from (--state). */
typedef struct tc_state_summary {
    tc_slice path;          /* empty: no state is kept */
    uint64_t scans;         /* that went before */
    tc_time before;         /* what is older was judged by them; TC_TIME_NONE = there were none */
    tc_time until;          /* what is older need not be judged again */
    uint64_t files_judged;  /* hold nothing newer and were not read again */
    uint64_t files_refused; /* more than can be remembered as read */
    uint64_t late_before;   /* records of this scan's files that came too late for those before */
    uint64_t incidents_unchanged; /* of those scans, that nothing was added to */
    uint64_t incidents_lost;      /* no rule of theirs holds any more */
    uint64_t rules_lost;          /* whose memory did not hold any more */
    bool other_form;              /* another version saved it: all but the horizon started anew */
    bool other_settings;          /* the last scan had others */
} tc_state_summary;

/* An own rule that cannot match anything that was read. */
typedef struct tc_idle_rule {
    tc_slice rule; /* its name, or its title */
    tc_slice file;
    uint32_t line;
    tc_slice why; /* "it looks at product windows, service sysmon: no such log was read" */
} tc_idle_rule;

typedef struct tc_summary {
    const tc_inventory_row *inventory;
    size_t inventory_count;
    tc_slice root; /* the folder that all sources stand below, with its '/'; empty: none */
    uint64_t irrelevant_files, irrelevant_bytes, duplicate_files;
    const tc_slice *irrelevant_names; /* of the first of them */
    size_t irrelevant_name_count;
    uint64_t links; /* symbolic links that were not followed */
    const tc_slice *link_names;
    size_t link_name_count;
    const tc_slice *guesses; /* settings taken from the data: "own domain: example.org" */
    size_t guess_count;
    const tc_slice *missing; /* "no message tracking logs: usually below ...": where to look */
    size_t missing_count;
    const tc_columns_told *columns;
    size_t columns_count;
    const tc_problem *problems; /* sources that could not be read */
    size_t problem_count;
    /* The rest only at the end. */
    const tc_left_out *left_out;
    size_t left_out_count;
    const tc_coverage_row *coverage;
    size_t coverage_count;
    const tc_audit_gap *audit;
    size_t audit_count;
    tc_ledger totals;
    tc_file_counts files;
    tc_time first, last;  /* of all records of the logs */
    tc_time since, until; /* as asked for; TC_TIME_NONE = without limit */
    tc_time judged_first,
        judged_last;                /* what of the logs lies in that window; TC_TIME_NONE = none */
    bool own_rules;                 /* --rules: something is judged besides the indicators */
    const tc_idle_rule *idle_rules; /* of --rules, the first of them */
    size_t idle_rule_count;         /* of those */
    uint64_t idle_rules_found;      /* of all */
    uint64_t rules_left_out;        /* for their errors (--skip-bad-rules) */
    tc_slice rules_left_out_first;  /* where the first of them stands: "own.yml:12" */
    uint64_t mailboxes_seen, mailboxes_joined, mailboxes_judged;
    size_t incidents[TC_LEVEL_COUNT]; /* those since --since */
    size_t single[TC_LEVEL_COUNT];    /* findings that belong to no incident */
    size_t historic_incidents;        /* those before --since */
    tc_level min_level, fail_level;
    uint64_t memory_failures;  /* allocations that found none in a run that went on all the same */
    tc_bounds bounds;          /* of the program's memory that were reached */
    uint32_t passes;           /* how often the logs were read */
    uint64_t disordered_files; /* whose records were not in the order that their format keeps */
    uint64_t unsent;           /* messages that a receiver was to have and did not take */
    tc_slice unsent_why;       /* of the first of them */
    tc_slice cut_short;        /* why reading ended before the logs did; empty: it did not */
    tc_state_summary state;
    tc_verdict verdict;
    double seconds;
    double cpu_seconds, ordered_cpu_seconds; /* of all threads; of the ordered stage */
    uint64_t observations;                   /* handed to the ordered stage, copies too */
    uint64_t peak_rss_bytes, spilled_bytes;
} tc_summary;

const char *tc_watch_state_name(tc_watch_state state);
/* "clean", "blind", "incomplete", "found". */
const char *tc_outcome_name(tc_outcome outcome);
/* Files that were not judged though they are, or look like, evidence. */
uint64_t tc_files_unread(const tc_file_counts *files);
/* Every log was judged by earlier scans, whole: nothing was left to read, or nothing else was in
 * it. */
bool tc_summary_nothing_new(const tc_summary *summary);
/* Counts what is told: final incidents, and findings that belong to none; and forgets it again,
 * when all of it comes once more. */
void tc_summary_count(tc_summary *summary, const tc_alert *alert);
void tc_summary_uncount(tc_summary *summary);
/* Incidents and single findings at or above the level. */
size_t tc_summary_found(const tc_summary *summary, tc_level at_least);

#endif
