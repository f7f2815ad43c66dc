/*
 * outlet: where a command writes: a file of -o or --stats, or standard output.
 *
 * Opened before anything is read, so that what cannot be written is told at once. A file keeps what
 * it held until the first byte is written or the outlet is closed: a run that fails before it has
 * anything to tell destroys nothing. Every failure names the file. A reader that has gone away is
 * TC_EIO with sys EPIPE, which tc_command_failed passes over in silence.
 *
 * An output that is one of the inputs, by whatever name, is refused (tc_outlet_guard) before
 * anything is opened for writing. The path is borrowed from the options.
 */
#ifndef TC_REPORT_OUTLET_H
#define TC_REPORT_OUTLET_H

#include "detector/input/input.h"
#include "detector/settings/options.h"
#include "detector/sigma/ruleset.h"

typedef struct tc_outlet {
    const char *path; /* as shown */
    int descriptor;
    bool open, begun;
} tc_outlet;

/* A path of NULL or "-" is standard output. */
TC_STATUS tc_outlet_open(tc_outlet *outlet, const char *path, tc_error *reterr);
/* Writes the whole text, through short writes and signals. */
TC_STATUS tc_outlet_write(tc_outlet *outlet, tc_slice text, tc_error *reterr);
/* The end of what is written; a file of which nothing was written is empty then. */
TC_STATUS tc_outlet_close(tc_outlet *outlet, tc_error *reterr);
/* Gives up what is still open, as it stands. A zeroed outlet is fine. */
void tc_outlet_done(tc_outlet *outlet);

/* Refuses outputs of the options that are one another, or one of the files that the run reads: the
 * sources (input, or where it is NULL the paths as given), rules, --accounts and --geo. */
TC_STATUS tc_outlet_guard(const tc_options *options, const tc_input *input, const tc_ruleset *rules,
                          tc_error *reterr);

#endif
