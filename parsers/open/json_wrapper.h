/*
 * json_wrapper: what programs write around the records when they export many in one JSON object.
 *
 * {"records":[ ... ]}, {"@odata.context":"...","value":[ ... ],"@odata.nextLink":"..."},
 * {"took":3,"hits":{"total":{"value":2},"hits":[ ... ]}}, OpenTelemetry's
 * {"resourceLogs":[{"resource":{...},"scopeLogs":[{"logRecords":[ ... ]}]}]}: the beginning of such
 * an object up to the first record's bracket, and members that stand behind the records, are
 * structure and no record. Only names that such exports use are known, so that no record with a
 * list in it is taken apart.
 *
 * Told from the bytes at hand alone: an answer holds for any number of further bytes.
 */
#ifndef TC_OPEN_JSON_WRAPPER_H
#define TC_OPEN_JSON_WRAPPER_H

#include "parsers/base/slice.h"

#define TC_JSON_WRAPPER_MAX 4096 /* bytes of a wrapper's beginning, or of a member behind */

/* Length of the wrapper's beginning that begins s; 0 if there is none; TC_NPOS if more bytes would
 * tell. `last`: there are no more. */
size_t tc_json_wrapper(tc_slice s, bool last);
/* The same of a member of a wrapper, from its name's quote to its value's end. */
size_t tc_json_wrapper_member(tc_slice s, bool last);

#endif
