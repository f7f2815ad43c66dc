/*
 * prelude: what every file of tocsin sees first.
 *
 * It brings in the standard headers whose names the poison list below touches, the attributes that
 * the house uses, the assertion, and the list of banned functions. It declares no data and owns
 * nothing. Third-party headers may be included after it.
 *
 * Banned are functions without a bound (strcpy, sprintf), with hidden state (strtok, gmtime), with
 * silent overflow (atoi), that depend on the locale (strtod for data, tolower) or that allocate
 * behind the back of base/alloc.h. The words of an errno are added by tc_fail_sys.
 */
#ifndef TC_BASE_PRELUDE_H
#define TC_BASE_PRELUDE_H

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TC_MUST_USE __attribute__((warn_unused_result))
#define TC_PRINTF(format_index, first_argument)                                                    \
    __attribute__((format(printf, format_index, first_argument)))
#define TC_NORETURN __attribute__((noreturn))
/* Keeps a rare path with large locals out of a hot function: releases zero all locals on entry. */
#define TC_NOINLINE __attribute__((noinline))
#define TC_LIKELY(x) __builtin_expect(!!(x), 1)
#define TC_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define TC_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TC_MIN(a, b) ((a) < (b) ? (a) : (b))
#define TC_MAX(a, b) ((a) > (b) ? (a) : (b))

/* Prints the broken invariant and aborts; kept in every build. For programmer errors only. */
TC_NORETURN void tc_assert_failed(const char *expression, const char *file, int line);
#define TC_ASSERT(x)                                                                               \
    do {                                                                                           \
        if (TC_UNLIKELY(!(x))) tc_assert_failed(#x, __FILE__, __LINE__);                           \
    } while (0)

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atof
#pragma GCC poison gmtime localtime ctime asctime mktime setlocale tmpnam tempnam mktemp
#pragma GCC poison asprintf vasprintf strerror strerror_r

#endif
