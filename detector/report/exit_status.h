/*
 * exit_status: with what a command ends, for scripts and for monitoring.
 *
 * Which of them a scan ends with is decided in one place, verdict.h.
 */
#ifndef TC_REPORT_EXIT_STATUS_H
#define TC_REPORT_EXIT_STATUS_H

enum {
    TC_EXIT_NOTHING = 0,    /* all of it was read and judged, and nothing was found */
    TC_EXIT_FOUND = 1,      /* something at or above --fail-level */
    TC_EXIT_USAGE = 2,      /* usage, configuration, environment, or no rule to judge with */
    TC_EXIT_INCOMPLETE = 3, /* nothing was found, but not everything was judged */
    TC_EXIT_PIPE = 141      /* whoever read the output went away: 128 + SIGPIPE, as shells say it */
};

#endif
