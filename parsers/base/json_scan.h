/*
 * json_scan: where does a JSON object or array end? (for base/json_reader.c)
 *
 * A scan in blocks of 64 bytes that sees strings, their escapes and brackets and nothing else: not
 * whether a ']' answers a '[' or a '{', nor what stands between them. Never reads past `end`.
 */
#ifndef TC_BASE_JSON_SCAN_H
#define TC_BASE_JSON_SCAN_H

#include "parsers/base/prelude.h"

typedef enum tc_json_scan_result {
    TC_JSON_SCAN_SHORT,  /* the text ends before the container does */
    TC_JSON_SCAN_CLOSED, /* it is whole */
    TC_JSON_SCAN_DEEP    /* it is nested deeper than there is room */
} tc_json_scan_result;

/* Scans the container whose opening bracket stands at `at`, nested at most `room` deep. *ret is the
 * place behind its last bracket, the bracket that was too deep, or `end`. */
tc_json_scan_result tc_json_scan_container(const uint8_t *at, const uint8_t *end, size_t room,
                                           const uint8_t **ret) TC_MUST_USE;

#endif
