/*
 * syslog_element: what alerts and the end of a scan say as an element of structured data (RFC
 * 5424 6.3).
 *
 * Shared by the formats that are syslog lines. A line never exceeds TC_SYSLOG_LINE bytes: rsyslog
 * takes 8,096 by default and stores the rest as a record of its own (measured with 8.2302). Values
 * are cut one by one, the less important ones left out first, and tocsin.truncated="true" says so.
 *
 * Facility 10 (security/authorization, "authpriv"): lines name people, and that is the facility
 * whose file every default configuration keeps from ordinary users' eyes; facility 13 (log audit)
 * has no name in POSIX syslog and no file of its own anywhere.
 */
#ifndef TC_OUTPUT_SYSLOG_ELEMENT_H
#define TC_OUTPUT_SYSLOG_ELEMENT_H

#include "detector/output/output_state.h"

#define TC_SYSLOG_LINE ((size_t)8000)
#define TC_SYSLOG_MESSAGE ((size_t)1024)
#define TC_SYSLOG_FACILITY 10
#define TC_SYSLOG_TRUNCATED_NAME "tocsin.truncated"
#define TC_SYSLOG_TRUNCATED " " TC_SYSLOG_TRUNCATED_NAME "=\"true\""

/* Where the element goes, and what it must leave room for. */
typedef struct tc_syslog_element {
    size_t limit;        /* of out->len, before its last parameter and its end */
    bool message_is_cut; /* elsewhere in the line: said in the element */
} tc_syslog_element;

/* Append "[tocsin@32473 name="value" ...]", or as the output's options say. */
void tc_syslog_add_alert(tc_output *output, const tc_alert *alert, tc_syslog_element element,
                         tc_str *out);
void tc_syslog_add_summary(tc_output *output, const tc_summary *summary, tc_syslog_element element,
                           tc_str *out);

#endif
