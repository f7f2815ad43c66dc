/*
 * state: what receive keeps. For detector/receive alone.
 *
 * One lock guards everything; the thread lets go of it while it waits and between two peers. No
 * call under it waits: sockets do not block, and standard input is read when it can be.
 */
#ifndef TC_RECEIVE_STATE_H
#define TC_RECEIVE_STATE_H

#include "detector/receive/inlet.h"
#include "detector/receive/lumberjack.h"
#include "detector/receive/receive.h"
#include "detector/receive/record.h"
#include "detector/receive/syslog_frames.h"
#include "detector/receive/tls.h"
#include "parsers/base/map.h"

#include <pthread.h>

#define TC_CONN_ROOM ((size_t)64 << 10)
#define TC_CONN_PLACES ((size_t)1 << 16)
#define TC_CONN_OUT 4096

typedef struct tc_packets tc_packets;

/* An input that is open. */
typedef struct tc_port {
    int fd; /* -1: it has ended */
    tc_tls *tls;
    tc_packets *packets; /* of an interface */
    tc_receive_book book;
    size_t connections; /* now */
    size_t inlets;
    uint32_t lost;               /* datagrams, as the system counts them */
    bool served;                 /* standard input: it has its connection */
    char lack[TC_RECEIVE_WORDS]; /* what its process could not be fenced in from; empty: nothing */
    char gone[TC_RECEIVE_WORDS]; /* why nothing more comes of its interface; empty: it does */
    tc_time rests;               /* nobody is let in until then */
} tc_port;

/* Up to where an inlet must be safe for events up to one number. */
typedef struct tc_place {
    tc_inlet *inlet; /* NULL: nothing is waited for */
    uint64_t end;
    uint32_t sequence;
    bool last; /* of its window */
} tc_place;

typedef struct tc_conn {
    int fd;
    uint32_t input;
    void *tls; /* NULL: none */
    bool shakes;
    short wants; /* what TLS waits for besides */
    tc_jack *jack;
    tc_syslog_frames frames;
    tc_inlet *lines; /* what lines are written to */
    uint8_t *in;
    size_t in_at, in_length;
    bool holds;   /* an event that finds no room */
    bool more;    /* there is more to do without waiting */
    bool ended;   /* the peer says no more */
    bool closes;  /* to be closed */
    bool counted; /* why was counted */
    tc_place *places;
    size_t place_first, place_count, place_capacity;
    uint8_t out[TC_CONN_OUT];
    size_t out_length;
    tc_time heard, moved, told;
} tc_conn;

struct tc_receive {
    tc_receive_options options;
    tc_listen *listens;
    tc_port *ports;
    size_t count;
    pthread_mutex_t lock;
    pthread_t thread;
    bool locked, begun, stop;
    int bell, wake; /* the reader's, the thread's */
    tc_inlet **inlets;
    size_t inlet_count, inlet_capacity, looked_at;
    uint32_t numbers;
    tc_seen *seen;
    tc_conn **conns;
    size_t conn_count, conn_capacity, turn;
    size_t bytes; /* in all inlets */
    tc_arena *arena;
    tc_str line;
    tc_inlet *leaving; /* its name was handed out */
};

static inline tc_time tc_receive_now(const tc_receive *r)
{
    return r->options.now(r->options.context);
}
/* bell.c */
void tc_receive_ring(int bell);

/* port.c: opens and closes what is listened on. */
TC_STATUS tc_port_open(const tc_listen *listen, tc_port *port, tc_error *reterr);
void tc_port_close(const tc_listen *listen, tc_port *port);
/* Takes in datagrams, so many at most. */
void tc_port_take(tc_receive *receive, uint32_t input);

/* packets.c: an interface; what it opened is closed also when it failed. */
TC_STATUS tc_packets_open(const tc_listen *listen, tc_port *port, tc_error *reterr);
void tc_packets_close(tc_packets *packets);
/* Something of it waits for room. */
bool tc_packets_wait(const tc_packets *packets);
/* Takes in a bounded piece. */
void tc_packets_take(tc_receive *receive, uint32_t input);

/* intake.c: records into inlets. */
typedef enum tc_intake {
    TC_INTAKE_TAKEN,
    TC_INTAKE_FULL, /* no room now */
    TC_INTAKE_NO_MEMORY
} tc_intake;
tc_inlet *tc_intake_numbered(const tc_receive *receive, uint32_t number);
/* The inlet of that name; made if it is not there. NULL without memory. */
tc_inlet *tc_intake_inlet(tc_receive *receive, uint32_t input, tc_slice name);
/* One for a connection of lines. */
tc_inlet *tc_intake_lines(tc_receive *receive, uint32_t input);
/* *ret_inlet and *ret_end: what has to be safe for it. */
TC_MUST_USE tc_intake tc_intake_event(tc_receive *receive, uint32_t input, tc_slice event,
                                      tc_inlet **ret_inlet, uint64_t *ret_end);
TC_MUST_USE tc_intake tc_intake_bytes(tc_receive *receive, tc_inlet *inlet, tc_slice bytes);

/* conn.c: one peer. */
TC_STATUS tc_conn_new(tc_receive *receive, uint32_t input, int fd);
void tc_conn_free(tc_receive *receive, tc_conn *conn);
void tc_conn_count(tc_receive *receive, tc_conn *conn, tc_receive_reason reason);
/* Reads and takes in a bounded piece. */
void tc_conn_serve(tc_receive *receive, tc_conn *conn, bool readable);
/* Acknowledges what is sure, and says that it lives. */
void tc_conn_answer(tc_receive *receive, tc_conn *conn);
/* Ends it if it stood still for too long. */
void tc_conn_look(tc_receive *receive, tc_conn *conn, tc_time now);
/* What poll waits for; 0: nothing. */
short tc_conn_events(const tc_receive *receive, const tc_conn *conn);
bool tc_conn_is_at_rest(const tc_conn *conn);

/* loop.c */
void *tc_receive_loop(void *receive);

#endif
