/* Packets of an interface into an inlet, as what was said in them. */
#include "detector/receive/state.h"

#include "detector/capture/tap.h"
#include "parsers/base/alloc.h"
#include "parsers/packet/carrier.h"
#include "parsers/packet/exchange.h"

#include <errno.h>
#include <unistd.h>

#define IN_ROOM ((size_t)256 << 10)
#define READS_AT_ONCE 16
#define FEED ((size_t)64 << 10)
#define HAND_OVER ((size_t)256 << 10)

struct tc_packets {
    tc_tap tap;
    tc_carrier *carrier;
    tc_capture_records records;
    tc_tap_head head; /* of the frame that is being read */
    size_t head_got;  /* bytes of it */
    uint32_t left;    /* of its bytes */
    tc_str small;     /* a frame of counts or words */
    tc_str out;       /* exchanges that wait for room */
    size_t out_at;
    tc_tap_counts counts; /* that were booked */
    uint64_t middle;      /* the same */
    uint8_t in[IN_ROOM];
};

static tc_tap_settings settings_of(const tc_listen *l)
{
    return (tc_tap_settings){.interface = l->interface,
                             .filter = l->filter,
                             .snap = l->snap ? l->snap : TC_TAP_SNAP_MAX,
                             .buffer = l->buffer ? l->buffer : TC_TAP_BUFFER,
                             .promiscuous = l->promiscuous};
}

TC_STATUS tc_packets_open(const tc_listen *l, tc_port *port, tc_error *reterr)
{
    tc_tap_settings settings = settings_of(l);
    tc_packets *p = tc_alloc(1, sizeof(*p));
    if (p == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    port->packets = p;
    p->tap = (tc_tap){.fd = -1, .process = -1};
    tc_str_init(&p->small, TC_TAP_FRAME_MAX);
    tc_str_init(&p->out, (size_t)64 << 20);
    tc_capture_records_begin(&p->records);
    p->carrier = tc_carrier_new();
    if (p->carrier == NULL || tc_failed(tc_carrier_begin(p->carrier)))
        return tc_fail(reterr, TC_ENOMEM, "no memory for packets");
    TC_TRY(tc_tap_start(&settings, &p->tap, reterr));
    (void)tc_slice_to_cstr(tc_slice_of(p->tap.lack), port->lack, sizeof(port->lack));
    port->fd = p->tap.fd;
    port->book.connections++;
    return TC_SUCCESS;
}

void tc_packets_close(tc_packets *p)
{
    if (p == NULL) return;
    tc_tap_stop(&p->tap);
    tc_carrier_free(p->carrier);
    tc_capture_records_done(&p->records);
    tc_str_done(&p->small);
    tc_str_done(&p->out);
    tc_free(p);
}

bool tc_packets_wait(const tc_packets *p)
{
    return p->out_at < p->out.len;
}

/* -- what comes out ------------------------------------------------------------------------- */

/* The inlet stays for as long as the process: the stream's beginning is written once. Only when
 * what came was not understood a new stream begins, where nothing of the old one is left. */
static bool begin_stream(tc_receive *r, tc_inlet *inlet, const tc_packets *p)
{
    inlet->users = 1;
    bool anew = inlet->again && !inlet->told && inlet->length == 0 && p->out_at == 0;
    if (!anew || p->out.len == 0) return true;
    return tc_intake_bytes(r, inlet, TC_LIT(TC_EXCHANGE_MAGIC)) == TC_INTAKE_TAKEN;
}

/* As much as finds room. */
static void hand_over(tc_receive *r, uint32_t input, tc_packets *p)
{
    char name[TC_LISTEN_NAME + 32];
    int length =
        snprintf(name, sizeof(name), TC_RECEIVE_PREFIX "%s/packets", r->listens[input].name);
    tc_inlet *inlet = tc_intake_inlet(r, input, tc_slice_make(name, (size_t)length));
    if (inlet == NULL || !begin_stream(r, inlet, p)) return;
    while (p->out_at < p->out.len) {
        size_t n = TC_MIN(p->out.len - p->out_at, HAND_OVER);
        tc_slice piece = tc_slice_make(p->out.data + p->out_at, n);
        if (tc_intake_bytes(r, inlet, piece) != TC_INTAKE_TAKEN) return;
        p->out_at += n;
    }
    if (p->out_at < p->out.len) return;
    tc_str_clear(&p->out);
    p->out_at = 0;
}

static void fetch(tc_port *port, tc_packets *p)
{
    tc_str_add(&p->out, tc_carrier_written(p->carrier));
    tc_carrier_clear(p->carrier);
    uint64_t middle = tc_carrier_counts_of(p->carrier).flows.middle;
    port->book.rejected[TC_RECEIVE_MIDDLE] += middle - p->middle;
    p->middle = middle;
}

/* -- frames --------------------------------------------------------------------------------- */

static void book_counts(tc_port *port, tc_packets *p)
{
    tc_tap_counts now;
    if (p->small.len != sizeof(now)) return;
    memcpy(&now, p->small.data, sizeof(now));
    port->book.events += now.received - p->counts.received;
    port->book.rejected[TC_RECEIVE_DROPPED] += now.dropped - p->counts.dropped;
    port->book.rejected[TC_RECEIVE_DROPPED] += now.interface - p->counts.interface;
    p->counts = now;
}

/* Why nothing more comes, in words of one line. */
static void note_gone(tc_port *port, tc_slice words)
{
    (void)tc_slice_to_cstr(words, port->gone, sizeof(port->gone));
    for (char *c = port->gone; *c != 0; c++)
        if (*c < ' ' || *c > '~') *c = '?';
}

/* Bytes of a frame of that kind; the last ones if none is left. False: it ended for good. */
static bool take_bytes(tc_port *port, tc_packets *p, tc_slice bytes)
{
    if (p->head.kind == TC_TAP_PACKETS) {
        port->book.bytes += bytes.len;
        if (tc_failed(tc_carrier_take(p->carrier, &p->records, bytes))) {
            note_gone(port, TC_LIT("no memory for packets"));
            return false;
        }
        fetch(port, p);
        return true;
    }
    tc_str_add(&p->small, bytes);
    if (p->left > 0) return true;
    if (p->head.kind == TC_TAP_COUNTS) book_counts(port, p);
    if (p->head.kind == TC_TAP_OVER) note_gone(port, tc_str_view(&p->small));
    tc_str_clear(&p->small);
    return p->head.kind != TC_TAP_OVER;
}

static bool take_frames(tc_port *port, tc_packets *p, tc_slice in)
{
    while (in.len > 0) {
        if (p->left == 0 && p->head_got < sizeof(p->head)) {
            size_t n = TC_MIN(in.len, sizeof(p->head) - p->head_got);
            memcpy((uint8_t *)&p->head + p->head_got, in.ptr, n);
            p->head_got += n;
            in = tc_slice_sub(in, n, SIZE_MAX);
            if (p->head_got < sizeof(p->head)) return true;
            p->left = p->head.length;
            if (p->left > TC_TAP_FRAME_MAX) return false;
        }
        size_t n = TC_MIN(TC_MIN(in.len, (size_t)p->left), FEED);
        p->left -= (uint32_t)n;
        if (!take_bytes(port, p, tc_slice_sub(in, 0, n))) return false;
        in = tc_slice_sub(in, n, SIZE_MAX);
        if (p->left == 0) p->head_got = 0;
    }
    return true;
}

/* Nothing more will come: what is open ends here, and what waits is handed over all the same. */
static void end(tc_port *port, tc_packets *p)
{
    if (port->gone[0] == 0) note_gone(port, TC_LIT("the process that captures has ended"));
    port->book.rejected[TC_RECEIVE_GONE]++;
    port->fd = -1;
    (void)close(p->tap.fd); /* which ends the process, if it is there */
    p->tap.fd = -1;
    tc_carrier_cut(p->carrier, &p->records);
    tc_carrier_end_flows(p->carrier);
    fetch(port, p);
}

void tc_packets_take(tc_receive *r, uint32_t input)
{
    tc_port *port = &r->ports[input];
    tc_packets *p = port->packets;
    hand_over(r, input, p);
    for (int i = 0; i < READS_AT_ONCE && port->fd >= 0 && !tc_packets_wait(p); i++) {
        ssize_t got = read(port->fd, p->in, sizeof(p->in));
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
        bool good = got > 0 && take_frames(port, p, tc_slice_make(p->in, (size_t)got));
        if (!good) end(port, p);
        hand_over(r, input, p);
    }
}
