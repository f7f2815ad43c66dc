/*
 * visit: state that can be saved and had back, told once for both ways.
 *
 * A module that keeps state has one function, tc_NAME_visit(module, visit), that walks over what it
 * keeps. The same calls write it when the visit saves and fill it in when the visit loads, so that
 * the two ways cannot drift apart. What is loaded into is a fresh object made with the options of
 * this run; after a failed load it may only be freed.
 *
 * Everything stands in sections, each with a name and a version of its own. A section of another
 * version is passed over as a whole: its module then starts anew, and whoever loads can say so.
 * Bytes travel in chunks with a checksum each, looked at before any value of the chunk is handed
 * out, so damage and a torn end are told from state. Numbers are LEB128, signed ones zigzag: codes
 * on disk do not depend on the machine, and never is an image of a struct written.
 *
 * Failures stick: after the first one values are not written, and zeros, empty texts and no counts
 * are handed out, so a visitor needs to look only where it would make something of what it got, and
 * loops end by themselves. What is loaded is hostile: a number that is used as an index goes
 * through tc_visit_below, a length through tc_visit_count, and what does not fit together is told
 * with tc_visit_refuse. Never for secrets that must not lie on disk. One thread.
 */
#ifndef TC_BASE_VISIT_H
#define TC_BASE_VISIT_H

#include "parsers/base/ip.h"
#include "parsers/base/time.h"

#define TC_VISIT_TEXT_MAX ((size_t)64 * 1024)

typedef struct tc_visit tc_visit;

/* Takes all of the bytes or fails. */
typedef TC_STATUS (*tc_visit_write)(void *context, tc_slice bytes);
/* Reads at most `room` bytes; *ret_got 0 is the end. */
typedef TC_STATUS (*tc_visit_read)(void *context, uint8_t *out, size_t room, size_t *ret_got);

/* NULL without memory. */
tc_visit *tc_visit_saver(tc_visit_write write, void *context) TC_MUST_USE;
tc_visit *tc_visit_loader(tc_visit_read read, void *context) TC_MUST_USE;
void tc_visit_free(tc_visit *visit);
bool tc_visit_loads(const tc_visit *visit);

/* TC_OK, or the first failure: what write or read gave, TC_ENOMEM, or TC_ESYNTAX for bytes that are
 * no state. */
TC_STATUS tc_visit_status(const tc_visit *visit);
static inline bool tc_visit_failed(const tc_visit *visit)
{
    return tc_failed(tc_visit_status(visit));
}
/* What is wrong after TC_ESYNTAX, for a person, and in which section; never NULL. */
const char *tc_visit_problem(const tc_visit *visit);
const char *tc_visit_where(const tc_visit *visit);
/* The visitor could not go on: no memory, or (TC_ESYNTAX) what it got does not fit together.
 * `problem` is a constant. The first failure counts. */
void tc_visit_fail(tc_visit *visit, tc_code code, const char *problem);
static inline void tc_visit_refuse(tc_visit *visit, const char *problem)
{
    tc_visit_fail(visit, TC_ESYNTAX, problem);
}

/* Begins a section; sections do not stand within one another. `name` is a constant of at most 30
 * bytes. False: there is nothing to visit, because the visit has failed, or because the section
 * that was saved is of another version and was passed over; then tc_visit_end is not called. */
bool tc_visit_begin(tc_visit *visit, const char *name, uint32_t version) TC_MUST_USE;
/* Ends it; what was saved must end here too. */
void tc_visit_end(tc_visit *visit);
/* How many sections of other versions were passed over. */
size_t tc_visit_passed_over(const tc_visit *visit);

void tc_visit_bool(tc_visit *visit, bool *value);
void tc_visit_u8(tc_visit *visit, uint8_t *value);
void tc_visit_u16(tc_visit *visit, uint16_t *value);
void tc_visit_u32(tc_visit *visit, uint32_t *value);
void tc_visit_u64(tc_visit *visit, uint64_t *value);
void tc_visit_i32(tc_visit *visit, int32_t *value);
void tc_visit_i64(tc_visit *visit, int64_t *value);
void tc_visit_time(tc_visit *visit, tc_time *value);
void tc_visit_double(tc_visit *visit, double *value);
void tc_visit_ip(tc_visit *visit, tc_ip *value);
/* So many bytes as they are; their meaning must not depend on the machine. */
void tc_visit_bytes(tc_visit *visit, void *bytes, size_t length);
/* A number that must be less than `bound`; refused and 0 if it is not. */
void tc_visit_below(tc_visit *visit, uint32_t *value, uint32_t bound);
/* How many follow: at most `max`; refused and 0 if it says more. */
void tc_visit_count(tc_visit *visit, size_t *count, size_t max);
/* A text of at most `max` (and TC_VISIT_TEXT_MAX) bytes; a longer one is refused. What is loaded is
 * valid until the next text. */
void tc_visit_text(tc_visit *visit, tc_slice *text, size_t max);
/* A text in a room of that size, ended by NUL. */
void tc_visit_cstr(tc_visit *visit, char *room, size_t size);

#endif
