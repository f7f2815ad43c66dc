#include "parsers/packet/carrier.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/flows.h"
#include "parsers/packet/octets.h"

typedef enum stage { READING, ENDING, SETTLING, OVER } stage;

struct tc_carrier {
    tc_capture_file file;
    tc_fragments *fragments;
    tc_flows *flows;
    tc_wire wire;
    bool wired;
    stage stage;
    tc_time last;    /* time of the packet before */
    uint8_t *window; /* a record that has not come whole */
    size_t window_length;
    size_t given; /* bytes of wire.out that were handed on */
    uint8_t fates[TC_EXCHANGE_RUN];
    size_t fate_count;
    int open_fate; /* of the last packet; -1: none */
};

static void close_parts(tc_carrier *c)
{
    tc_flows_free(c->flows);
    tc_fragments_free(c->fragments);
    if (c->wired) tc_wire_done(&c->wire);
    tc_capture_file_done(&c->file);
    c->flows = NULL;
    c->fragments = NULL;
    c->wired = false;
}

tc_carrier *tc_carrier_new(void)
{
    tc_carrier *c = tc_alloc(1, sizeof *c);
    if (c) c->window = tc_alloc(TC_CAPTURE_RECORD_MAX, 1);
    if (c && c->window) return c;
    tc_carrier_free(c);
    return NULL;
}

void tc_carrier_free(tc_carrier *c)
{
    if (!c) return;
    close_parts(c);
    tc_free(c->window);
    tc_free(c);
}

TC_STATUS tc_carrier_begin(tc_carrier *c)
{
    close_parts(c);
    c->stage = READING;
    c->last = TC_TIME_NONE;
    c->window_length = c->given = c->fate_count = 0;
    c->open_fate = -1;
    tc_capture_file_init(&c->file);
    c->wired = true;
    bool wired = tc_wire_init(&c->wire);
    c->fragments = tc_fragments_new();
    c->flows = tc_flows_new(&c->wire);
    bool made = wired && c->fragments && c->flows;
    return (tc_status){made ? TC_OK : TC_ENOMEM};
}

/* -- packets -------------------------------------------------------------------------------- */

static void flush_fates(tc_carrier *c)
{
    tc_exchanges_fates(&c->wire.out, c->fates, c->fate_count);
    c->fate_count = 0;
}

/* The last packet's fate joins its run. */
static void close_fate(tc_carrier *c)
{
    if (c->open_fate < 0) return;
    c->fates[c->fate_count++] = (uint8_t)c->open_fate;
    c->open_fate = -1;
    if (c->fate_count == TC_EXCHANGE_RUN) flush_fates(c);
}

/* Whatever is written now stands behind the fates of all packets before. The run is written ahead:
 * it is taken back if nothing follows. */
static void take_packet(tc_carrier *c, const tc_packet *packet)
{
    tc_datagram d;
    tc_time time = packet->time != TC_TIME_NONE ? packet->time : c->last;
    close_fate(c);
    c->last = time;
    tc_fate fate = tc_datagram_of(packet, c->fragments, &d);
    c->open_fate = (int)fate;
    if (fate != TC_FATE_DECODED || !d.whole) return;
    size_t before = c->wire.out.out.len;
    tc_exchanges_fates(&c->wire.out, c->fates, c->fate_count);
    size_t written = c->wire.out.out.len;
    tc_flows_take(c->flows, &d, time);
    if (c->wire.out.out.len == written)
        c->wire.out.out.len = before;
    else
        c->fate_count = 0;
}

/* The capture ends inside a packet, or cannot be read on: that packet is one, too. */
static void lose_packet(tc_carrier *c, tc_fate fate)
{
    close_fate(c);
    c->open_fate = (int)fate;
}

static TC_STATUS take_record(tc_carrier *c, tc_slice bytes, size_t *ret_used, bool *ret_more)
{
    tc_packet packet;
    tc_capture_step step = tc_capture_file_next(&c->file, bytes, ret_used, &packet);
    *ret_more = step == TC_CAPTURE_MORE;
    if (step == TC_CAPTURE_PACKET) take_packet(c, &packet);
    if (step == TC_CAPTURE_BROKEN) lose_packet(c, TC_FATE_DAMAGED);
    return (tc_status){step == TC_CAPTURE_NO_MEMORY ? TC_ENOMEM : TC_OK};
}

/* -- the end -------------------------------------------------------------------------------- */

void tc_carrier_finish(tc_carrier *carrier)
{
    if (carrier->stage != READING) return;
    carrier->stage = ENDING;
    bool cut = carrier->window_length > 0 || carrier->file.skip > 0;
    if (cut && !carrier->file.broken) lose_packet(carrier, TC_FATE_TRUNCATED);
    flush_fates(carrier);
}

static void write_bounds(tc_carrier *c)
{
    tc_flow_counts f = tc_flows_counts(c->flows);
    tc_fragment_counts p = tc_fragments_counts(c->fragments);
    const uint64_t counts[] = {f.evicted,   f.gaps,         f.lost,    f.conflicts + p.conflicts,
                               f.oversize,  f.middle,       p.evicted, p.refused,
                               f.no_memory, c->wire.out.cut};
    uint8_t bytes[sizeof counts];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(counts[i / 8] >> (i % 8 * 8));
    tc_exchange_begin(&c->wire.out, TC_EXCHANGE_BOUNDS, 0);
    tc_str_add(&c->wire.out.out, tc_slice_make(bytes, sizeof bytes));
    uint64_t gave_way = TC_MIN(f.evicted + p.evicted, (uint64_t)TC_EXCHANGE_GAVE_WAY);
    for (uint64_t i = 0; i < gave_way; i++)
        tc_str_add_byte(&c->wire.out.out, 0);
    tc_exchange_end(&c->wire.out);
}

static void go_on_ending(tc_carrier *c)
{
    if (c->stage == ENDING) {
        if (tc_flows_end_one(c->flows)) return;
        close_fate(c);
        flush_fates(c);
        c->stage = SETTLING;
    } else if (c->stage == SETTLING) {
        write_bounds(c);
        c->stage = OVER;
    }
}

/* -- steps ---------------------------------------------------------------------------------- */

/* As much of what was written as there is room for. */
static size_t hand_over(tc_carrier *c, uint8_t *out, size_t room)
{
    tc_str *written = &c->wire.out.out;
    size_t n = TC_MIN(written->len - c->given, room);
    if (n > 0) memcpy(out, written->data + c->given, n);
    c->given += n;
    if (c->given == written->len) {
        tc_str_clear(written);
        c->given = 0;
    }
    return n;
}

/* Moves input behind an incomplete record, as much as may be needed. */
static void keep(tc_carrier *c, tc_slice *in)
{
    size_t n = TC_MIN(in->len, TC_CAPTURE_RECORD_MAX - c->window_length);
    if (n > 0) memcpy(c->window + c->window_length, in->ptr, n);
    c->window_length += n;
    *in = tc_octets_from(*in, n);
}

/* One record that lies whole in the input, where it lies; the beginning of one is kept. */
static TC_STATUS read_input(tc_carrier *c, tc_slice *in)
{
    size_t used = 0;
    bool more = false;
    TC_TRY(take_record(c, *in, &used, &more));
    *in = tc_octets_from(*in, used);
    if (more) keep(c, in);
    return TC_SUCCESS;
}

/* The record whose beginning was kept. What was copied behind it goes back to where it lies. */
static TC_STATUS read_window(tc_carrier *c, tc_slice *in, bool *ret_more)
{
    size_t before = c->window_length, used = 0;
    keep(c, in);
    TC_TRY(take_record(c, tc_slice_make(c->window, c->window_length), &used, ret_more));
    if (*ret_more) return TC_SUCCESS;
    size_t kept = TC_MAX(used, before), back = c->window_length - kept;
    if (back > 0) *in = tc_slice_make(in->ptr - back, in->len + back);
    c->window_length = kept - used;
    if (used > 0 && c->window_length > 0) memmove(c->window, c->window + used, c->window_length);
    return TC_SUCCESS;
}

static TC_STATUS read_on(tc_carrier *c, tc_slice *in)
{
    bool more = false;
    if (c->window_length == 0) return read_input(c, in);
    while (c->window_length > 0 && !more)
        TC_TRY(read_window(c, in, &more));
    return TC_SUCCESS;
}

TC_STATUS tc_carrier_step(tc_carrier *c, tc_slice *in, uint8_t *out, size_t room, size_t *ret_got)
{
    *ret_got = hand_over(c, out, room);
    while (*ret_got == 0 && c->stage != OVER && (c->stage != READING || in->len > 0)) {
        if (c->stage == READING)
            TC_TRY(read_on(c, in));
        else
            go_on_ending(c);
        if (tc_failed(tc_str_status(&c->wire.out.out))) return (tc_status){TC_ENOMEM};
        *ret_got = hand_over(c, out, room);
    }
    return TC_SUCCESS;
}
