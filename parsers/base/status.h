/*
 * status: how functions say that they could not do their work.
 *
 * Three kinds of trouble, three mechanisms: a programmer error aborts (TC_ASSERT); an environment
 * failure or bad configuration is a tc_status with, where a person needs to be told, a tc_error
 * that the caller owns; bad input is neither, it is counted in a ledger and parsing goes on.
 *
 * tc_status is a struct so that it cannot be mistaken for a count, and it must be used. There is no
 * thread-local "last error". TC_TRY is the only macro with a hidden return.
 */
#ifndef TC_BASE_STATUS_H
#define TC_BASE_STATUS_H

#include "parsers/base/prelude.h"

typedef enum tc_code {
    TC_OK = 0,
    TC_ENOMEM,       /* memory could not be had, or the arena's limit is reached */
    TC_EIO,          /* the operating system refused; tc_error.sys holds errno, 0 = unknown */
    TC_ELIMIT,       /* a stated bound would be exceeded */
    TC_ESYNTAX,      /* configuration or rules of the user are wrong; line and column are set */
    TC_EUNSUPPORTED, /* understood, but not something this program does */
    TC_CODE_COUNT
} tc_code;

typedef struct tc_status {
    tc_code code;
} tc_status;

/* The return type of every function that can fail, pointers to functions too: an answer that nobody
 * looks at does not compile. tc_fail and its kin return the bare type: who makes an error to fill
 * in its words has no need of the status. */
#define TC_STATUS TC_MUST_USE tc_status

/* What a person is told. `source` is the file (or rule, or option) at fault; line and column count
 * from 1, 0 = unknown. Both texts are NUL-terminated and whole characters, but may quote anything:
 * tc_error_format is the one way to a terminal. */
typedef struct tc_error {
    tc_code code;
    int sys;
    uint32_t line;
    uint32_t column;
    char source[256];
    char text[384];
} tc_error;

#define TC_SUCCESS ((tc_status){TC_OK})

static inline bool tc_failed(tc_status status)
{
    return status.code != TC_OK;
}

/* Fills *reterr (which may be NULL) from a printf format, leaving source, line and column as they
 * are, and returns the status of that code. Over-long text is cut at a character boundary. */
tc_status tc_fail(tc_error *reterr, tc_code code, const char *format, ...) TC_PRINTF(3, 4);

/* The same with a position: `source` (cut to fit), line and column from 1. */
tc_status tc_fail_at(tc_error *reterr, tc_code code, const char *source, uint32_t line,
                     uint32_t column, const char *format, ...) TC_PRINTF(6, 7);

/* TC_EIO with the errno that the caller saved (0 = none) and its words behind the text. A `source`
 * replaces the place; NULL leaves it. */
tc_status tc_fail_sys(tc_error *reterr, int sys, const char *source, const char *format, ...)
    TC_PRINTF(4, 5);

/* Sets the source alone, from at most `len` bytes up to a NUL; a NULL reterr is fine. */
void tc_error_set_source(tc_error *reterr, const char *source, size_t len);

/* Writes "source:line:column: text" (parts that are unknown left out) to out, NUL-terminated, cut
 * to size; returns out. The one place where errors are made safe to print: what could act on a
 * terminal (C0, C1, bidi controls, line separators) and bytes that are no UTF-8 come out as \xNN or
 * \uNNNN. Backslashes stay single, so what was escaped before stays as it is. Never empty: an error
 * without a text gets the words of its code. */
const char *tc_error_format(const tc_error *error, char *out, size_t size);

#define TC_TRY(expression)                                                                         \
    do {                                                                                           \
        tc_status try_status_ = (expression);                                                      \
        if (tc_failed(try_status_)) return try_status_;                                            \
    } while (0)

#endif
