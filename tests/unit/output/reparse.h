/*
 * reparse: small parsers for what the outputs write, made without a look at how they write it.
 *
 * Each takes one line (without its line end) apart into fields, or says that it is malformed. Keys
 * of JSON are paths ("tocsin.mailboxes[0]"); of the others the names as written. Values of syslog,
 * CEF and LEEF are free of the format's own escapes and still "escaped text".
 */
#ifndef TC_TEST_OUTPUT_REPARSE_H
#define TC_TEST_OUTPUT_REPARSE_H

#include "parsers/base/slice.h"

#define REPARSE_FIELDS 4096
#define REPARSE_POOL ((size_t)4 << 20)

typedef struct reparse_field {
    char key[96];
    tc_slice value;
} reparse_field;

typedef struct reparse_record {
    reparse_field fields[REPARSE_FIELDS];
    size_t count;
    uint8_t *pool; /* of REPARSE_POOL bytes, the caller's */
    size_t used;
} reparse_record;

bool reparse_json(tc_slice line, reparse_record *record);
/* Besides the parameters: pri, timestamp, host, app, procid, msgid, sd_id, msg. */
bool reparse_syslog(tc_slice line, reparse_record *record);
/* Besides the extension: vendor, product, version, signature, name, severity. */
bool reparse_cef(tc_slice line, reparse_record *record);
bool reparse_leef(tc_slice line, reparse_record *record);

/* The value of a key; false if there is none. */
bool reparse_get(const reparse_record *record, const char *key, tc_slice *ret);

/* Raw bytes of escaped text: \\, \xNN, \uNNNN. A lone backslash is itself. Kept in the pool. */
tc_slice reparse_unescape(reparse_record *record, tc_slice escaped);
/* What JSON can say of raw bytes: U+FFFD for each byte that is no UTF-8. Kept in the pool. */
tc_slice reparse_lossy(reparse_record *record, tc_slice raw);

/* True if the text is valid UTF-8 without control characters and bidi controls; line feeds are
 * allowed if `lines` says so. */
bool reparse_inert(tc_slice text, bool lines);

#endif
