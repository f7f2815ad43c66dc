/*
 * fuzz_reassembly: one connection and a table of fragments, over any packets.
 *
 * An input is a list of packets, each of a few bytes: whose, flags, place, length, time, and how
 * often it comes again further on. What a packet says is made from its place, so that whatever is
 * handed on can be checked byte by byte: it is what was said there, or, if a packet lied about it,
 * what the lie said. Checked besides: every byte is handed on, lost or held, the bounds of what
 * waits, and the books of memory, after each packet.
 */
#include "parsers/packet/flow.h"
#include "parsers/packet/fragments.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/take.h"

#include "parsers/base/alloc.h"

enum { INPUT_MAX = 65536, LENGTH_MAX = 8192, WORK_MAX = 600 << 10, PACKET_WORK = 512 };
enum { SERVER = 1, FIN = 2, SYN = 4, RST = 8, MUTE = 16, LIE = 32, MORE = 64 };

/* -- what is said, and who listens ---------------------------------------------------------- */

static uint8_t said(uint32_t whose, uint32_t place)
{
    return (uint8_t)((place * 2654435761u) >> 24 ^ whose * 61);
}

typedef struct packet {
    uint8_t how;
    uint32_t place, answered;
    uint16_t length;
    tc_time time;
} packet;

typedef struct world {
    tc_flow flow;
    tc_flow_counts counts;
    bool lied[2];
    uint32_t taken[2]; /* up to where a side was handed on or lost */
    tc_fragments *fragments;
    bool fragment_lied;
    tc_time time;
    size_t left; /* of the work that one input may make */
} world;

static world the; /* begun anew with each input */

static bool is_lie(uint8_t byte, uint8_t truth)
{
    return (byte ^ truth) == 0xFF;
}

static void listen(bool server, uint8_t byte, uint32_t place)
{
    /* A FIN has a number of its own: what is behind it stands one further on. */
    bool closed = the.flow.sides[server].closed;
    uint8_t here = said(server, place), next = said(server, place + 1);
    bool told = byte == here || (closed && byte == next);
    bool lie = the.lied[server] && (is_lie(byte, here) || (closed && is_lie(byte, next)));
    TC_ASSERT(told || lie);
}

/* Takes some, some not at all before more is there, and always what is too much to hold. */
static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    (void)d;
    uint32_t at = the.taken[server];
    size_t wanted = 1 + (at >> 4) % 700;
    if (bytes.len < wanted) return 0;
    for (size_t i = 0; i < wanted; i++)
        listen(server, bytes.ptr[i], at + (uint32_t)i);
    the.taken[server] += (uint32_t)wanted;
    return wanted;
}

static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    (void)d;
    TC_ASSERT(bytes > 0 && bytes < UINT32_MAX);
    the.taken[server] += (uint32_t)bytes;
}

static const tc_wire_protocol listener = {
    .name = "listener", .state_size = 1, .take = take, .lost = lost};

/* -- a connection --------------------------------------------------------------------------- */

static void begin_flow(void)
{
    the.flow = (tc_flow){.tcp = true, .counts = &the.counts, .memory = listener.state_size};
    the.flow.dialogue.protocol = &listener;
    the.flow.dialogue.state = tc_alloc(1, listener.state_size);
    TC_ASSERT(the.flow.dialogue.state);
    the.lied[0] = the.lied[1] = false;
}

static void check_side(const tc_side *s, uint32_t taken, size_t *memory)
{
    size_t count = 0, bytes = 0;
    for (const tc_segment *w = s->waiting; w; w = w->next) {
        count++;
        bytes += w->length;
        *memory += sizeof *w + w->length;
    }
    TC_ASSERT(count == s->waiting_count && bytes == s->waiting_bytes);
    count = 0;
    for (const tc_segment *a = s->astray; a; a = a->next, count++)
        *memory += sizeof *a + a->length;
    TC_ASSERT(count == s->astray_count && count < TC_FLOW_ASTRAY);
    count = s->waiting_count;
    TC_ASSERT(count <= TC_FLOW_WAITING && bytes <= TC_FLOW_BYTES);
    TC_ASSERT(s->held_length <= TC_DIALOGUE_HOLD);
    *memory += s->held_capacity;
    if (s->known) TC_ASSERT(s->expected == taken + (uint32_t)s->held_length + s->closed);
}

static void check_flow(void)
{
    size_t memory = listener.state_size;
    check_side(&the.flow.sides[0], the.taken[0], &memory);
    check_side(&the.flow.sides[1], the.taken[1], &memory);
    TC_ASSERT(memory == the.flow.memory);
}

static void end_flow(void)
{
    tc_flow_end(&the.flow);
    TC_ASSERT(!the.flow.sides[0].waiting && !the.flow.sides[1].waiting);
    TC_ASSERT(the.flow.memory == 0);
}

/* Exactly as long as it is, for the sanitizer. */
static uint8_t *words_of(uint32_t whose, const packet *p)
{
    uint8_t *words = malloc(p->length ? p->length : 1), lie = p->how & LIE ? 0xFF : 0;
    TC_ASSERT(words);
    for (uint32_t i = 0; i < p->length; i++)
        words[i] = said(whose, p->place + i) ^ lie;
    return words;
}

static void send_segment(const packet *p)
{
    bool server = p->how & SERVER;
    tc_datagram d = {.tcp = true, .sequence = p->place, .acknowledged = p->answered, .whole = true};
    d.flags |= p->how & FIN ? TC_TCP_FIN : 0;
    d.flags |= p->how & SYN ? TC_TCP_SYN : 0;
    d.flags |= p->how & RST ? TC_TCP_RST : 0;
    d.flags |= p->how & MUTE ? 0 : TC_TCP_ACK;
    packet of = *p;
    of.place += p->how & SYN ? 1 : 0;
    uint8_t *words = words_of(server, &of);
    d.payload = tc_slice_make(words, p->length);
    the.lied[server] |= (p->how & LIE) != 0;
    if (!the.flow.sides[server].known) the.taken[server] = of.place;
    tc_flow_take(&the.flow, server, &d, p->time, p->time);
    free(words);
    check_flow();
    if (!the.flow.ended) return;
    end_flow();
    begin_flow();
}

/* -- fragments ------------------------------------------------------------------------------ */

static void send_fragment(const packet *p)
{
    uint32_t id = p->answered;
    packet of = *p;
    of.place = p->place % 8192 * 8;
    uint8_t *words = words_of(id, &of);
    tc_fragment piece = {.id = id,
                         .protocol = 17,
                         .offset = of.place,
                         .more = (p->how & MORE) != 0,
                         .bytes = tc_slice_make(words, p->length),
                         .time = p->time};
    tc_slice whole;
    the.fragment_lied |= (p->how & LIE) != 0;
    if (tc_fragments_add(the.fragments, &piece, &whole)) {
        TC_ASSERT(whole.len <= TC_DATAGRAM_MAX);
        for (uint32_t i = 0; i < whole.len; i++) {
            uint8_t here = said(id, i);
            TC_ASSERT(whole.ptr[i] == here || (the.fragment_lied && is_lie(whole.ptr[i], here)));
        }
    }
    free(words);
}

/* -- an input ------------------------------------------------------------------------------- */

/* A packet, and up to 511 more, each further on by its length and a hole. */
static void send(tc_slice *in)
{
    uint8_t kind = take_byte(in);
    packet p = {.how = take_byte(in)};
    p.place = (uint32_t)take_number(in, 2) - 4096; /* numbers wrap */
    p.answered = (uint32_t)take_number(in, 2) - 4096;
    p.length = (uint16_t)(take_number(in, 2) % LENGTH_MAX);
    size_t again = kind & 4 ? (size_t)take_number(in, 2) % 512 : 0;
    uint32_t hole = kind & 4 ? take_byte(in) : 0;
    if (kind & 8) the.time += (tc_time)take_byte(in) * TC_SECOND;
    p.time = kind & 16 ? TC_TIME_NONE : the.time;
    for (size_t i = 0; i <= again && the.left > 0; i++) {
        the.left -= TC_MIN(the.left, (size_t)PACKET_WORK + p.length);
        if (kind & 1) {
            send_fragment(&p);
            p.answered += hole;
            p.place += p.length / 8;
        } else {
            send_segment(&p);
            p.place += p.length + hole;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX) return 0;
    tc_slice in = {data, size};
    the = (world){.time = 0, .left = WORK_MAX};
    the.fragments = tc_fragments_new();
    TC_ASSERT(the.fragments);
    begin_flow();
    while (in.len > 0 && the.left > 0)
        send(&in);
    end_flow();
    tc_fragments_free(the.fragments);
    return 0;
}
