/*
 * directive: the '#' lines of W3C extended logs and of Exchange's CSV logs.
 *
 * "#Fields: date time", "#Log-type: X", "#Date: 2021-10-09 00:00:01" (W3C WD-logfile, section
 * Directives; Exchange writes the same form). Keys are matched in any ASCII case, the colon may be
 * missing or followed by any number of blanks or tabs, trailing blanks do not count. Lines with
 * unknown keys are comments. Slices point into the line.
 */
#ifndef TC_TEXT_DIRECTIVE_H
#define TC_TEXT_DIRECTIVE_H

#include "parsers/base/time.h"

typedef enum tc_directive_key {
    TC_DIRECTIVE_COMMENT = 0,
    TC_DIRECTIVE_SOFTWARE,
    TC_DIRECTIVE_VERSION,
    TC_DIRECTIVE_LOG_TYPE,
    TC_DIRECTIVE_DATE,
    TC_DIRECTIVE_START_DATE,
    TC_DIRECTIVE_FIELDS,
    TC_DIRECTIVE_KEY_COUNT
} tc_directive_key;

typedef struct tc_directive {
    tc_directive_key key;
    tc_slice value; /* trimmed */
} tc_directive;

/* `line` begins with '#'; its line end may be included. */
tc_directive tc_directive_parse(tc_slice line);

/* The instant that a #Date value begins with ("2021-10-09 00:00:01  // comment", ISO forms). */
bool tc_directive_instant(tc_slice value, tc_time *ret) TC_MUST_USE;

/* The next name of a #Fields list whose separators are all of the bytes in `separators`; false at
 * the end. *rest is what follows. */
bool tc_directive_name(tc_slice *rest, tc_slice separators, tc_slice *ret) TC_MUST_USE;

#endif
