/*
 * receive: records that agents and syslog daemons send, as streams that can be read like files.
 *
 *   sockets -> frames -> records -> inlets (one a host and log) -> who reads -> commit
 *      ^                                                                          |
 *      '----------------------------- acknowledged -------------------------------'
 *
 * Knows peers, frames and bytes; what a record means is for others. What is taken in stays here
 * until it is told that a commit holds it (pledge, commit), and a Lumberjack peer gets its
 * acknowledgement then and not before; meanwhile it is told now and then to wait on. So whatever
 * kills this process, what was acknowledged is kept and what was not is sent again. A record that
 * is sent again is known by what it says of itself (record.h, seen.h) and counts once.
 *
 * One thread serves all inputs, each peer in turn and a bounded piece of each. A peer costs what it
 * may hold itself: one event, a window of places; it waits while its log's inlet or all of them
 * are full. One that stands in the middle of something for longer than its input's timeout is
 * ended; what breaks its protocol is, too. Whatever ends or is refused is counted by its reason.
 *
 * Calls come from the reader (next, read, drop, release, expects, busy) and the committer (pledge,
 * commit, keep, and those before start); the lock is inside.
 */
#ifndef TC_RECEIVE_RECEIVE_H
#define TC_RECEIVE_RECEIVE_H

#include "detector/receive/seen.h"
#include "detector/receive/settings.h"
#include "parsers/base/visit.h"

#define TC_RECEIVE_NUMBERS UINT32_C(0x80000000) /* streams are numbered from here on */
#define TC_RECEIVE_PREFIX "input:"              /* with which their names begin */
#define TC_RECEIVE_INPUTS_MAX ((size_t)64)
/* Of an input; what is beyond shares one of a kind. */
#define TC_RECEIVE_INLETS_MAX ((size_t)1024)
#define TC_RECEIVE_WORDS 256

typedef struct tc_receive tc_receive;

typedef enum tc_receive_reason {
    TC_RECEIVE_REFUSED, /* connections beyond the bound */
    TC_RECEIVE_TLS,     /* that agreed on no TLS, or showed no certificate */
    TC_RECEIVE_FRAME,   /* that broke their protocol */
    TC_RECEIVE_SLOW,    /* that stood still in the middle of something */
    TC_RECEIVE_LONG,    /* records that are too long */
    TC_RECEIVE_OTHER,   /* records of no log that is known */
    TC_RECEIVE_LOST,    /* datagrams that found no room */
    TC_RECEIVE_DROPPED, /* packets that the kernel or the interface had no room for */
    TC_RECEIVE_MIDDLE,  /* connections whose beginning was not captured */
    TC_RECEIVE_GONE,    /* interfaces that cannot be read any more */
    TC_RECEIVE_REASONS
} tc_receive_reason;

extern const char *const tc_receive_reason_words[TC_RECEIVE_REASONS];

#define TC_RECEIVE_ELDER_REASONS TC_RECEIVE_DROPPED /* those before were kept by version 1 */

/* Of the whole life of the state that it is kept in. */
typedef struct tc_receive_book {
    uint64_t connections, events, bytes, repeated;
    uint64_t rejected[TC_RECEIVE_REASONS];
} tc_receive_book;

typedef struct tc_receive_options {
    const char *const *texts; /* settings.h */
    size_t count;
    void *context;
    tc_time (*now)(void *context); /* from any thread */
} tc_receive_options;

/* Opens the inputs: nobody is served yet. TC_ESYNTAX or TC_EIO with words. */
TC_STATUS tc_receive_new(const tc_receive_options *options, tc_receive **ret, tc_error *reterr);
/* Begins to serve; a second call does nothing. */
TC_STATUS tc_receive_start(tc_receive *receive, tc_error *reterr);
/* Certificates, keys and authorities are read again, for whom comes from now on. If one cannot be
 * used all stay as they were. */
TC_STATUS tc_receive_renew(tc_receive *receive, tc_error *reterr);
/* Ends all connections. NULL is fine. */
void tc_receive_free(tc_receive *receive);

size_t tc_receive_count(const tc_receive *receive);
const tc_listen *tc_receive_listen(const tc_receive *receive, size_t input);
tc_receive_book tc_receive_book_of(tc_receive *receive, size_t input);
/* Why nothing more comes of an interface since it was opened, in words; false: it is captured, or
 * the input is none. */
bool tc_receive_is_gone(tc_receive *receive, size_t input, char out[TC_RECEIVE_WORDS]);
/* From what the process that captures could not be fenced in, in words; empty: nothing. */
const char *tc_receive_lack(const tc_receive *receive, size_t input);

/* -- before start: what was kept -------------------------------------------------------------- */

/* There was such a stream; its last record came then. */
TC_STATUS tc_receive_know(tc_receive *receive, tc_slice name, uint64_t key, tc_time came);
void tc_receive_set_book(tc_receive *receive, size_t input, const tc_receive_book *book);
tc_seen *tc_receive_seen(tc_receive *receive);
/* `reasons`: so many of them. */
void tc_receive_book_visit(tc_receive_book *book, size_t reasons, tc_visit *visit);

/* -- the reader ------------------------------------------------------------------------------- */

typedef enum tc_receive_kind {
    TC_RECEIVE_NOTHING,
    TC_RECEIVE_NEW,      /* a stream */
    TC_RECEIVE_MORE,     /* there is something to read, or its end */
    TC_RECEIVE_FORGOTTEN /* nothing came for a week, or will come: forget that key */
} tc_receive_kind;

typedef struct tc_receive_event {
    tc_receive_kind kind;
    uint32_t number;
    uint64_t key;
    tc_slice name; /* until the next call */
    bool again;    /* NEW: what came before it was not understood, which was said */
} tc_receive_event;

/* A descriptor that can be read when there may be an event. */
int tc_receive_bell(const tc_receive *receive);
void tc_receive_next(tc_receive *receive, tc_receive_event *ret);
/* How many bytes were read; 0: nothing now, or *ret_ended. */
size_t tc_receive_read(tc_receive *receive, uint32_t number, uint8_t *buffer, size_t room,
                       bool *ret_ended);
/* Nobody knows what was read of it: it is counted and forgotten, and what comes next is a new
 * stream. */
void tc_receive_drop(tc_receive *receive, uint32_t number);
/* What was read of it may be acknowledged although no commit holds it. */
void tc_receive_release(tc_receive *receive, uint32_t number);
/* Some stream of before has not come back yet. */
bool tc_receive_expects(tc_receive *receive);
/* There is something to read, or standard input has not ended. */
bool tc_receive_is_busy(tc_receive *receive);
/* The reader begins anew behind what is safe. */
void tc_receive_rewind(tc_receive *receive);

/* -- the committer ---------------------------------------------------------------------------- */

/* The next commit holds the first `taken` bytes that were read of the stream. */
void tc_receive_pledge(tc_receive *receive, uint32_t number, uint64_t taken);
/* A piece of seen.h that the next commit has to hold; false: none. */
bool tc_receive_unkept(tc_receive *receive, tc_seen_piece *ret);
/* The commit has come to disk: what was pledged is acknowledged. */
void tc_receive_commit(tc_receive *receive);

#endif
