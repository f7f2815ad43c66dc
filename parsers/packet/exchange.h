/*
 * exchange: what the carrier hands to the workers, one record after another.
 *
 * A stream of exchanges begins with TC_EXCHANGE_MAGIC. Behind it stand runs of fates, one byte for
 * each packet of the capture in order (datagram.h) with the time of the first of them, so that
 * captures of other packets are never alike, and between them what was seen to be done: a kind, a
 * time and columns (exchange.def). What a packet completed stands before its own fate, so
 * that the number of fates before it is the packet's. A record has at most TC_EXCHANGE_MAX bytes.
 * The last record counts what bounds took, and has a byte (tc_exchange_loss) for each connection
 * and datagram that gave way to others or has a hole, and each packet that was dropped where it was
 * captured.
 *
 * Nothing of a password, of a cookie or of a body is ever written here: this is all that leaves the
 * reader of packets.
 */
#ifndef TC_PACKET_EXCHANGE_H
#define TC_PACKET_EXCHANGE_H

#include "parsers/base/str.h"
#include "parsers/base/time.h"

#define TC_EXCHANGE_MAGIC "tcPackt1"
#define TC_EXCHANGE_MAX ((size_t)64 << 10)
#define TC_EXCHANGE_TEXT ((size_t)4096) /* of one column */
#define TC_EXCHANGE_HEAD 16             /* length, kind, columns; time */
#define TC_EXCHANGE_COUNTS ((size_t)80) /* bytes of numbers in the last record */
#define TC_EXCHANGE_LOSSES 60000        /* bytes behind them, at most */
#define TC_EXCHANGE_RUN ((size_t)4096)  /* fates in one record */

typedef enum tc_exchange_kind {
    TC_EXCHANGE_FATES = 1,
    TC_EXCHANGE_BOUNDS,
    TC_EXCHANGE_WEB,
    TC_EXCHANGE_MAIL,
    TC_EXCHANGE_ACCOUNT,
    TC_EXCHANGE_FLOW,
    TC_EXCHANGE_KINDS
} tc_exchange_kind;

typedef enum tc_exchange_loss {
    TC_EXCHANGE_GAVE_WAY,
    TC_EXCHANGE_HOLE,
    TC_EXCHANGE_DROPPED,
    TC_EXCHANGE_LOSS_COUNT
} tc_exchange_loss;

/* The columns of all kinds, those of one kind in a row. */
typedef enum tc_exchange_column {
#define TC_EXCHANGE(kind, column, name) TC_##kind##_##column,
#include "parsers/packet/exchange.def"
#undef TC_EXCHANGE
    TC_EXCHANGE_COLUMNS
} tc_exchange_column;

typedef struct tc_exchanges {
    tc_str out;
    size_t begun; /* where the open record begins */
    uint64_t cut; /* texts that were too long */
} tc_exchanges;

void tc_exchanges_init(tc_exchanges *exchanges);
void tc_exchanges_done(tc_exchanges *exchanges);
/* Forgets what was written: a new stream begins. */
void tc_exchanges_again(tc_exchanges *exchanges);
/* `time`: of the first packet. */
void tc_exchanges_fates(tc_exchanges *exchanges, tc_time time, const uint8_t *fates, size_t count);
void tc_exchange_begin(tc_exchanges *exchanges, tc_exchange_kind kind, tc_time time);
/* An empty text is left out; one that is too long is cut. */
void tc_exchange_add(tc_exchanges *exchanges, tc_exchange_column column, tc_slice text);
void tc_exchange_number(tc_exchanges *exchanges, tc_exchange_column column, uint64_t number);
void tc_exchange_end(tc_exchanges *exchanges);

/* Reading: the record at the front of `bytes`; 0 if it does not stand there whole, or is none. */
typedef struct tc_exchange {
    tc_exchange_kind kind;
    size_t length;
    tc_time time;
    tc_slice body;
} tc_exchange;
size_t tc_exchange_read(tc_slice bytes, tc_exchange *ret);
/* The time of the first packet of a stream of which this is the beginning; TC_TIME_NONE: it is not
 * known. */
tc_time tc_exchange_first_time(tc_slice head);
/* The next column of a body, which is advanced; false at its end. */
bool tc_exchange_next(tc_slice *body, tc_exchange_column *ret_column, tc_slice *ret_text);

#endif
