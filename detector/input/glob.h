/*
 * glob: the GLOB=VALUE arguments of --host, --tz and --fields.
 *
 * '*' stands for any run of bytes, also over folders, '?' for one byte; everything else for itself.
 * A glob without '/' is compared with the file's name and with each folder above it; one with '/'
 * with the path from any folder on. So "EX01" and "W3SVC1/u_ex*.log" both do what one expects,
 * whatever the evidence lies below. Work is at most pattern times path, for any pattern.
 */
#ifndef TC_INPUT_GLOB_H
#define TC_INPUT_GLOB_H

#include "parsers/base/slice.h"

typedef struct tc_glob_rule {
    tc_slice glob;
    tc_slice value;
} tc_glob_rule;

/* Splits "GLOB=VALUE" at its last '=' (slices of `text`); TC_ESYNTAX naming the option if either
 * part is missing. */
TC_STATUS tc_glob_rule_parse(tc_slice text, const char *option, tc_glob_rule *ret,
                             tc_error *reterr);
bool tc_glob_match_path(tc_slice glob, tc_slice path);

#endif
