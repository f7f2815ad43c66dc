/*
 * stream: framed messages over a connection, and which of them have arrived.
 *
 * For TCP and what is built on it: a link is how bytes travel, this is the rest. A connection is
 * made when there is something to send. Before each message the end of the other side is looked
 * for, because what is written behind it is lost in silence. TCP says what the other machine has,
 * not what the program there has read, so a message is settled when the machine has it and five
 * seconds, or a thousand messages, have passed without an end of the connection: what is younger
 * when the connection ends is given again. A receiver that takes nothing for as long as its
 * timeout has ended the connection, too. At the end of the program the other side is asked to
 * close: it has then read everything.
 */
#ifndef TC_SEND_STREAM_H
#define TC_SEND_STREAM_H

#include "detector/send/receiver.h"

#define TC_STREAM_WINDOW 2000
#define TC_STREAM_SETTLED_MS 5000
#define TC_STREAM_SETTLED_BEHIND 1000

typedef enum tc_heard {
    TC_HEARD_NOTHING = 0,
    TC_HEARD_END,   /* it has closed */
    TC_HEARD_BREAK, /* it is gone */
} tc_heard;

/* How bytes travel. One const row each; a link is connected from its making on. */
typedef struct tc_stream_way {
    void *(*connect)(const tc_receiver *receiver, tc_patience *patience, tc_error *reterr);
    /* All of them; false: the link is broken. */
    bool (*write)(void *link, tc_slice bytes, tc_error *reterr);
    /* Reads what there is, and throws it away. */
    tc_heard (*listen)(void *link);
    /* Bytes handed to the socket, and the socket. */
    uint64_t (*written)(const void *link);
    int (*descriptor)(const void *link);
    /* Nothing more will be sent. */
    void (*end)(void *link);
    void (*close)(void *link);
} tc_stream_way;

TC_STATUS tc_stream_open(const tc_stream_way *way, const tc_receiver *receiver,
                         tc_patience *patience, void **ret, tc_error *reterr);
/* The functions of tc_transport. */
tc_answer tc_stream_send(void *stream, const tc_parcel *parcel, tc_error *reterr);
bool tc_stream_settle(void *stream, size_t *ret_more, tc_error *reterr);
int tc_stream_watch(void *stream);
void tc_stream_finish(void *stream);
void tc_stream_close(void *stream);

/* What a tc_transport over a connection has besides its name and port. */
#define TC_STREAM_TRANSPORT(opens)                                                                 \
    .is_stream = true, .window = TC_STREAM_WINDOW, .open = (opens), .send = tc_stream_send,        \
    .settle = tc_stream_settle, .watch = tc_stream_watch, .finish = tc_stream_finish,              \
    .close = tc_stream_close

/* Appends the message with what frames it; a line end within it becomes a blank. */
void tc_stream_frame(tc_framing framing, tc_slice text, tc_str *out);

#endif
