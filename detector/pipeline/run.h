/*
 * run: everything that one run of a command is made of.
 *
 * Opened from the options in the order in which the parts need each other (names and rules, then
 * the frozen names, then enricher and input), closed in reverse. All of it is immutable while the
 * pipeline runs, except what says otherwise.
 */
#ifndef TC_PIPELINE_RUN_H
#define TC_PIPELINE_RUN_H

#include "detector/enrich/enricher.h"
#include "detector/input/input.h"
#include "detector/settings/options.h"
#include "detector/sigma/ruleset.h"

typedef struct tc_run {
    const tc_options *options;
    tc_names *names;
    tc_schemas *schemas; /* the reader thread's */
    tc_ruleset *rules;
    size_t shipped_rules; /* the first of them; the others are from --rules */
    tc_enricher *enricher;
    tc_input *input;
    tc_text_list languages; /* the classes that --language covers, each once */
    tc_looked looked;       /* asked while the sources are looked at; may be left out */
    tc_time now;
    uint32_t jobs;
    char data_folder[4096]; /* where rules/ lies: beside the program's build or installed */
    char tables_folder[4200];
} tc_run;

/* Where the rules and tables lie that came with the program: data_folder. */
TC_STATUS tc_run_find_data(tc_run *run, tc_error *reterr);
/* Names, rules (default and --rules unless with_rules is false), enricher. Without any rule there
 * is nothing to judge with: that is an error, never a clean result. */
TC_STATUS tc_run_open(tc_run *run, const tc_options *options, tc_time now, bool with_rules,
                      tc_error *reterr);
/* The sources below options->paths. A GLOB of an option that no source matches is told on standard
 * error. */
TC_STATUS tc_run_open_input(tc_run *run, tc_error *reterr);
/* An input that gets its sources later (detector/input/growing.h). */
TC_STATUS tc_run_open_growing_input(tc_run *run, tc_error *reterr);
void tc_run_close(tc_run *run);

#endif
