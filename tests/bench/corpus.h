/*
 * corpus: large logs of a made-up organisation, for measuring speed.
 *
 * Unlike the simulator it keeps nothing but the people in memory and writes lines as it makes them,
 * at some hundreds of MB a second; it tells no story, but has the mix of a real server: devices and
 * open pages by the thousand, a few people at webmail, and the noise of the Internet. One kind,
 * seed and size give one file, byte for byte.
 *
 * Lines are templates in which ~x stands for what the maker of that log calls x. Addresses are of
 * the networks for benchmarks and examples (RFC 2544, RFC 3849, RFC 5737), names are the
 * simulator's.
 */
#ifndef TC_BENCH_CORPUS_H
#define TC_BENCH_CORPUS_H

#include "tests/simulate/world.h"

/* How many mailboxes a corpus may have; without --mailboxes it has PEOPLE_MAX. */
#define MAILBOXES_MAX 200000

#define OUT_BLOCK ((size_t)1 << 20)
#define OUT_LINE_MAX ((size_t)64 << 10)

/* Text on its way into a file; a line may have OUT_LINE_MAX bytes. */
typedef struct out {
    int file;
    bool failed;
    size_t len;
    uint64_t total;
    uint8_t data[OUT_BLOCK + OUT_LINE_MAX];
} out;

static inline void out_bytes(out *o, const void *bytes, size_t n)
{
    TC_ASSERT(n <= sizeof(o->data) - o->len);
    memcpy(o->data + o->len, bytes, n);
    o->len += n;
}

static inline void out_text(out *o, const char *text)
{
    out_bytes(o, text, strlen(text));
}

void out_number(out *o, uint64_t n);
void out_hex(out *o, uint64_t n, unsigned digits);
/* A version 4 GUID of two random numbers. */
void out_guid(out *o, uint64_t a, uint64_t b);
/* Ends a line: writes what has come together once it is a block. */
void out_line(out *o, const char *line_end);
void out_flush(out *o);

/* A clock that goes by the rhythm of a working day. */
typedef struct clock_hand {
    tc_time now;
    tc_time second;    /* whose text is below */
    char text[24];     /* "2016-03-07 08:00:00" */
    double per_second; /* lines, averaged over a day */
    double due;        /* lines still to come in this instant */
    tc_time step;
} clock_hand;

typedef struct corpus {
    out o;
    rng r;
    world people;
    clock_hand clock;
} corpus;

/* Lines come at `per_second` on average; time goes by in steps of `step`. */
void clock_start(clock_hand *c, double per_second, tc_time step);
/* To the instant of the next line. */
void clock_next(clock_hand *c);
/* "2016-03-07 08:00:00", and "2016-03-07T08:00:00.000Z". */
void out_clock(out *o, clock_hand *c);
void out_clock_iso(out *o, clock_hand *c);

const person *someone(corpus *c);
/* Where a person works from outside: always the same address. */
void out_home(out *o, const person *p);

typedef void put_letter(void *maker, char letter);
/* The template with every ~x given to `put`. */
void out_fill(out *o, const char *text, put_letter *put, void *maker);

/* One of weighted templates; the weights add up to 1000. */
typedef struct choice {
    uint32_t weight;
    const char *text;
} choice;
const char *choose(rng *r, const choice *choices);

/* Writes the log until it has that many bytes. */
void write_iis(corpus *c, uint64_t bytes);
/* An organisation that lives in webmail: two lines of five. */
void write_iis_owa(corpus *c, uint64_t bytes);
/* Every MAPI request names a mailbox GUID that was never seen before. */
void write_iis_alias(corpus *c, uint64_t bytes);
void write_msgtrk(corpus *c, uint64_t bytes);
void write_winjson(corpus *c, uint64_t bytes);

/* The three logs of a folder in which every mailbox is seen on so many days and under five names
 * that the logs join: NT account, UPN, SMTP address, SID and GUID. */
void write_mailboxes_iis(corpus *c, uint32_t days);
void write_mailboxes_msgtrk(corpus *c, uint32_t days);
void write_mailboxes_winjson(corpus *c, uint32_t days);

#endif
