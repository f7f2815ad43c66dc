/*
 * library: one archive, as the archive library reads it, for unarchive.c alone.
 *
 * Every call of that library stands here. What it makes of an archive is passed on as it is; what
 * stands behind one, bounds and words are unarchive.c's.
 */
#ifndef TC_INPUT_LIBRARY_H
#define TC_INPUT_LIBRARY_H

#include "detector/input/below.h"
#include "detector/input/unarchive.h"

typedef struct tc_library tc_library;

typedef enum tc_library_format {
    TC_LIBRARY_UNKNOWN, /* no header was read yet, or none is understood */
    TC_LIBRARY_RAW,     /* none: what comes out of the decoders */
    TC_LIBRARY_EMPTY,   /* nothing comes out of them */
    TC_LIBRARY_TAR,
    TC_LIBRARY_CPIO,
    TC_LIBRARY_ZIP,
    TC_LIBRARY_OTHER,
} tc_library_format;

typedef enum tc_library_answer {
    TC_LIBRARY_MEMBER,
    TC_LIBRARY_END,
    TC_LIBRARY_GAP,    /* some bytes are no header: ask again for the next one */
    TC_LIBRARY_FAILED, /* there will be no other */
} tc_library_answer;

/* Begins with what comes next from below, which outlives it. After a failure *ret must be closed,
 * too. `raw`: what is packed need hold no archive. */
TC_STATUS tc_library_open(tc_below *below, bool raw, tc_library **ret, tc_error *reterr);
/* NULL is fine. */
void tc_library_close(tc_library *library);

tc_library_format tc_library_format_of(const tc_library *library);
/* It lies in packed data, which the library decodes itself. */
bool tc_library_is_packed(const tc_library *library);
/* Neither packed nor of a format: the library gives what it does not understand as it is. */
bool tc_library_is_nothing(const tc_library *library);
/* The name of the packing that lies below. */
const char *tc_library_packing(const tc_library *library);
/* The byte of what is below at which it begins, and the one of the unpacked archive, counted from
 * there, behind what was understood. */
uint64_t tc_library_begin(const tc_library *library);
uint64_t tc_library_at(const tc_library *library);
/* What is below goes on with the bytes that were not used. False: there are none, or it failed. */
bool tc_library_go_to_rest(const tc_library *library);

/* The next member; its name lives until the next. */
TC_MUST_USE tc_library_answer tc_library_next(tc_library *library, tc_archived *ret);
/* Bytes of that member: how many, 0 at its end, less after a failure. */
int64_t tc_library_read(tc_library *library, uint8_t *buffer, size_t room);
/* Fails with what is wrong, behind `what`. */
TC_STATUS tc_library_tell(const tc_library *library, const char *what, tc_error *reterr);
const char *tc_library_version(void);

#endif
