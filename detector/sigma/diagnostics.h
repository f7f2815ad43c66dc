/*
 * diagnostics: errors and warnings of a rule file, told in the order of their places.
 *
 * Documents are checked part by part, not line by line; what is found is kept and handed to the
 * reporter by tc_diagnostics_flush, sorted by file, line and column; one that a template made twice
 * is told once. At most TC_DIAGNOSTICS_MAX are kept between two flushes: the rest is counted and
 * said in one line.
 */
#ifndef TC_SIGMA_DIAGNOSTICS_H
#define TC_SIGMA_DIAGNOSTICS_H

#include "detector/sigma/ruleset.h"

#define TC_DIAGNOSTICS_MAX 500

typedef struct tc_diagnostic {
    uint32_t file; /* ordinal of the file */
    bool warning;
    tc_error error;
} tc_diagnostic;

typedef struct tc_diagnostics {
    const tc_rule_reporter *reporter; /* may be NULL */
    tc_slice file;                    /* where what comes stands */
    uint32_t file_ordinal;
    tc_diagnostic *list;
    size_t count, room, left_out;
    tc_code worst; /* of the errors since init; TC_OK = none */
    bool any_error;
    size_t errors; /* since the mark, and the first of them */
    tc_error first;
} tc_diagnostics;

void tc_diagnostics_init(tc_diagnostics *d, const tc_rule_reporter *reporter);
void tc_diagnostics_done(tc_diagnostics *d);
void tc_diagnostics_file(tc_diagnostics *d, tc_slice file, uint32_t ordinal);
/* Always false, for `return`. */
bool tc_diagnostics_error(tc_diagnostics *d, uint32_t line, uint32_t column, const char *format,
                          ...) TC_PRINTF(4, 5);
void tc_diagnostics_warn(tc_diagnostics *d, uint32_t line, uint32_t column, const char *format, ...)
    TC_PRINTF(4, 5);
/* A failed call with the error it may have filled: the status decides what it was; false. */
bool tc_diagnostics_add(tc_diagnostics *d, tc_status status, const tc_error *error);
bool tc_diagnostics_no_memory(tc_diagnostics *d);
/* From here on errors are counted anew, those of one document. */
void tc_diagnostics_mark(tc_diagnostics *d);
/* What is wrong was only a document, which is left out: the errors are told, and fail nothing.
 * False if there is more to it than that. */
bool tc_diagnostics_forgive(tc_diagnostics *d) TC_MUST_USE;
/* Reports what was gathered; the status of the worst error since init. */
TC_STATUS tc_diagnostics_flush(tc_diagnostics *d);

/* A token for a message: in quotes, escaped, cut. */
typedef struct tc_quoted {
    char text[80];
} tc_quoted;
const char *tc_quote(tc_quoted *out, tc_slice token);

/* The known word nearest to this one by edit distance; NULL if none is near. */
const char *tc_nearest(tc_slice word, const char *const *known, size_t count);
/* ", did you mean 'x'?" or an empty text. */
const char *tc_suggest(tc_quoted *out, tc_slice word, const char *const *known, size_t count);

#endif
