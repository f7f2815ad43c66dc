#include "parsers/packet/carrier.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/flows.h"
#include "parsers/packet/octets.h"

typedef enum stage { READING, ENDING, PAUSING, SETTLING, OVER } stage;

struct tc_carrier {
    tc_capture_records own; /* of the capture that steps read */
    tc_fragments *fragments;
    tc_flows *flows;
    tc_wire wire;
    bool wired;
    stage stage;
    tc_time last;     /* time of the packet before */
    size_t given;     /* bytes of wire.out that were handed on */
    uint64_t dropped; /* where packets were captured, as captures say */
    uint64_t told[TC_EXCHANGE_LOSS_COUNT];
    uint8_t fates[TC_EXCHANGE_RUN];
    size_t fate_count;
    tc_time run_time; /* of the first of them */
    int open_fate;    /* of the last packet; -1: none */
    tc_time open_time;
};

static void close_parts(tc_carrier *c)
{
    tc_flows_free(c->flows);
    tc_fragments_free(c->fragments);
    if (c->wired) tc_wire_done(&c->wire);
    c->flows = NULL;
    c->fragments = NULL;
    c->wired = false;
}

tc_carrier *tc_carrier_new(void)
{
    return tc_alloc(1, sizeof(tc_carrier));
}

void tc_carrier_free(tc_carrier *c)
{
    if (!c) return;
    close_parts(c);
    tc_capture_records_done(&c->own);
    tc_free(c);
}

TC_STATUS tc_carrier_begin(tc_carrier *c)
{
    close_parts(c);
    c->stage = READING;
    c->last = TC_TIME_NONE;
    c->given = c->fate_count = 0;
    c->dropped = 0;
    memset(c->told, 0, sizeof c->told);
    c->open_fate = -1;
    tc_capture_records_begin(&c->own);
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
    tc_exchanges_fates(&c->wire.out, c->run_time, c->fates, c->fate_count);
    c->fate_count = 0;
}

static void open_fate(tc_carrier *c, tc_fate fate)
{
    c->open_fate = (int)fate;
    c->open_time = c->last;
}

/* The last packet's fate joins its run. */
static void close_fate(tc_carrier *c)
{
    if (c->open_fate < 0) return;
    if (c->fate_count == 0) c->run_time = c->open_time;
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
    open_fate(c, fate);
    if (!d.whole) return;
    size_t before = c->wire.out.out.len;
    tc_exchanges_fates(&c->wire.out, c->run_time, c->fates, c->fate_count);
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
    open_fate(c, fate);
}

/* One record, if it is there. *ret_more: it is not. */
static TC_STATUS take_record(tc_carrier *c, tc_capture_records *records, tc_slice *in,
                             bool *ret_more)
{
    tc_packet packet;
    tc_capture_step step = tc_capture_records_next(records, in, &packet);
    *ret_more = step == TC_CAPTURE_MORE;
    if (step == TC_CAPTURE_PACKET) take_packet(c, &packet);
    if (step == TC_CAPTURE_BROKEN) lose_packet(c, TC_FATE_DAMAGED);
    c->dropped += records->file.dropped;
    records->file.dropped = 0;
    bool failed = step == TC_CAPTURE_NO_MEMORY || tc_failed(tc_str_status(&c->wire.out.out));
    return (tc_status){failed ? TC_ENOMEM : TC_OK};
}

/* -- the end -------------------------------------------------------------------------------- */

void tc_carrier_finish(tc_carrier *carrier)
{
    if (carrier->stage != READING) return;
    carrier->stage = ENDING;
    if (tc_capture_records_half(&carrier->own)) lose_packet(carrier, TC_FATE_TRUNCATED);
    flush_fates(carrier);
}

void tc_carrier_pause(tc_carrier *carrier)
{
    if (carrier->stage != READING) return;
    tc_carrier_finish(carrier);
    carrier->stage = PAUSING;
}

void tc_carrier_go_on(tc_carrier *c)
{
    tc_exchanges_again(&c->wire.out);
    tc_flows_forget_ended(c->flows);
    c->stage = READING;
    c->given = c->fate_count = 0;
    c->open_fate = -1;
    tc_capture_records_begin(&c->own);
}

tc_carrier_counts tc_carrier_counts_of(const tc_carrier *c)
{
    return (tc_carrier_counts){.flows = tc_flows_counts(c->flows),
                               .fragments = tc_fragments_counts(c->fragments),
                               .cut = c->wire.out.cut};
}

static void sum_losses(const tc_carrier *c, uint64_t ret[TC_EXCHANGE_LOSS_COUNT])
{
    tc_carrier_counts n = tc_carrier_counts_of(c);
    ret[TC_EXCHANGE_GAVE_WAY] = n.flows.evicted + n.fragments.evicted;
    ret[TC_EXCHANGE_HOLE] = n.flows.holed + n.fragments.incomplete;
    ret[TC_EXCHANGE_DROPPED] = c->dropped;
}

/* What was lost since the last time has a byte each. */
static void write_losses(tc_carrier *c)
{
    uint64_t all[TC_EXCHANGE_LOSS_COUNT], room = TC_EXCHANGE_LOSSES;
    sum_losses(c, all);
    for (unsigned k = 0; k < TC_EXCHANGE_LOSS_COUNT; k++) {
        uint64_t fresh = TC_MIN(all[k] - c->told[k], room);
        for (uint64_t i = 0; i < fresh; i++)
            tc_str_add_byte(&c->wire.out.out, (uint8_t)k);
        room -= fresh;
        c->told[k] = all[k];
    }
}

static void write_bounds(tc_carrier *c)
{
    tc_carrier_counts n = tc_carrier_counts_of(c);
    uint64_t conflicts = n.flows.conflicts + n.fragments.conflicts;
    const uint64_t counts[] = {
        n.flows.evicted,   n.flows.gaps,   n.flows.lost,        conflicts,
        n.flows.oversize,  n.flows.middle, n.fragments.evicted, n.fragments.refused,
        n.flows.no_memory, n.cut};
    uint8_t bytes[sizeof counts];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(counts[i / 8] >> (i % 8 * 8));
    tc_exchange_begin(&c->wire.out, TC_EXCHANGE_BOUNDS, 0);
    tc_str_add(&c->wire.out.out, tc_slice_make(bytes, sizeof bytes));
    write_losses(c);
    tc_exchange_end(&c->wire.out);
}

static void go_on_ending(tc_carrier *c)
{
    if (c->stage == ENDING || c->stage == PAUSING) {
        if (c->stage == ENDING && tc_flows_end_one(c->flows)) return;
        if (c->stage == ENDING) tc_fragments_end(c->fragments);
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

TC_STATUS tc_carrier_step(tc_carrier *c, tc_slice *in, uint8_t *out, size_t room, size_t *ret_got)
{
    bool more;
    *ret_got = hand_over(c, out, room);
    while (*ret_got == 0 && c->stage != OVER && (c->stage != READING || in->len > 0)) {
        if (c->stage == READING)
            TC_TRY(take_record(c, &c->own, in, &more));
        else
            go_on_ending(c);
        if (tc_failed(tc_str_status(&c->wire.out.out))) return (tc_status){TC_ENOMEM};
        *ret_got = hand_over(c, out, room);
    }
    return TC_SUCCESS;
}

/* -- captures that do not end --------------------------------------------------------------- */

TC_STATUS tc_carrier_take(tc_carrier *c, tc_capture_records *records, tc_slice bytes)
{
    bool more = false;
    while (bytes.len > 0 && !more)
        TC_TRY(take_record(c, records, &bytes, &more));
    return TC_SUCCESS;
}

void tc_carrier_cut(tc_carrier *c, tc_capture_records *records)
{
    if (tc_capture_records_half(records)) lose_packet(c, TC_FATE_TRUNCATED);
    tc_capture_records_begin(records);
}

void tc_carrier_mend(tc_carrier *c, tc_capture_records *records)
{
    if (tc_capture_records_mend(records)) lose_packet(c, TC_FATE_DAMAGED);
}

void tc_carrier_end_flows(tc_carrier *c)
{
    while (tc_flows_end_one(c->flows))
        continue;
    tc_fragments_end(c->fragments);
}

tc_slice tc_carrier_written(tc_carrier *c)
{
    close_fate(c);
    flush_fates(c);
    uint64_t all[TC_EXCHANGE_LOSS_COUNT];
    sum_losses(c, all);
    if (memcmp(all, c->told, sizeof all) != 0) write_bounds(c);
    return tc_str_view(&c->wire.out.out);
}

void tc_carrier_clear(tc_carrier *c)
{
    tc_str_clear(&c->wire.out.out);
    c->given = 0;
}

tc_time tc_carrier_time(const tc_carrier *c)
{
    return c->last;
}
