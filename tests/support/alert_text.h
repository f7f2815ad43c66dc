/*
 * alert_text: an alert as one line with all of its fields, to compare runs by.
 */
#ifndef TC_TEST_ALERT_TEXT_H
#define TC_TEST_ALERT_TEXT_H

#include "detector/alert.h"
#include "parsers/base/str.h"

void alert_text(tc_str *out, const tc_alert *alert);

#endif
