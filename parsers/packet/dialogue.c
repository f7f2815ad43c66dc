#include "parsers/packet/dialogue.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/flow.h"
#include "parsers/packet/octets.h"

#define UNKNOWN_UP_TO 16 /* bytes of a side by which every protocol is known */

bool tc_dialogue_line(tc_slice bytes, tc_slice *ret, size_t *ret_length)
{
    size_t end = tc_slice_find(bytes, '\n');
    if (end == TC_NPOS) return false;
    *ret_length = end + 1;
    if (end > 0 && bytes.ptr[end - 1] == '\r') end--;
    *ret = tc_slice_sub(bytes, 0, end);
    return true;
}

bool tc_dialogue_line_within(tc_slice bytes, size_t most, tc_slice *ret, size_t *ret_length)
{
    if (tc_dialogue_line(tc_slice_sub(bytes, 0, most), ret, ret_length)) return true;
    *ret_length = bytes.len < most ? 0 : most;
    return false;
}

void tc_dialogue_address(tc_dialogue *d, tc_exchange_column column, tc_ip ip)
{
    char text[TC_IP_TEXT];
    tc_exchange_add(&d->wire->out, column, tc_slice_of(tc_ip_format(ip, text)));
}

void tc_dialogue_turn(tc_dialogue *d)
{
    tc_ip ip = d->client;
    uint16_t port = d->client_port;
    d->client = d->server;
    d->server = ip;
    d->client_port = d->server_port;
    d->server_port = port;
    d->turned = !d->turned;
}

bool tc_dialogue_hears_server(const tc_dialogue *d)
{
    return d->heard[!d->turned];
}

/* -- what a proxy says first ---------------------------------------------------------------- */

static tc_slice proxy_sign(void)
{
    return TC_LIT("\r\n\r\n\0\r\nQUIT\n");
}

static void set_forwarded(tc_dialogue *d, const uint8_t *bytes, bool six)
{
    tc_ip ip = {{0}};
    if (six) {
        memcpy(ip.bytes, bytes, 16);
    } else {
        ip.bytes[10] = ip.bytes[11] = 0xFF;
        memcpy(ip.bytes + 12, bytes, 4);
    }
    (void)tc_ip_format(ip, d->forwarded);
}

/* The length of a PROXY preface, version 1 or 2; 0: there is none, TC_NPOS: it is not whole. */
static size_t proxy_preface(tc_dialogue *d, tc_slice bytes)
{
    tc_slice line, rest;
    size_t length = 0;
    if (tc_slice_starts(bytes, TC_LIT("PROXY "))) {
        if (!tc_dialogue_line(bytes, &line, &length)) return bytes.len < 108 ? TC_NPOS : 0;
        (void)tc_slice_split(line, ' ', &rest);
        (void)tc_slice_split(rest, ' ', &rest);
        tc_ip ip;
        if (tc_ip_parse(tc_slice_split(rest, ' ', &rest), &ip))
            (void)tc_ip_format(ip, d->forwarded);
        return length;
    }
    if (!tc_slice_starts(bytes, proxy_sign())) return 0;
    if (bytes.len < 16) return TC_NPOS;
    length = 16 + (size_t)tc_be16(bytes.ptr + 14);
    if (bytes.len < length) return length < 4096 ? TC_NPOS : 0;
    uint8_t family = bytes.ptr[13] >> 4;
    if (family == 1 && length >= 16 + 12) set_forwarded(d, bytes.ptr + 16, false);
    if (family == 2 && length >= 16 + 36) set_forwarded(d, bytes.ptr + 16, true);
    return length;
}

/* -- holding -------------------------------------------------------------------------------- */

static void drop_held(tc_flow *f, bool server, size_t length)
{
    tc_side *s = &f->sides[server];
    s->held_length -= length;
    if (s->held_length > 0) {
        memmove(s->held, s->held + length, s->held_length);
        return;
    }
    f->memory -= s->held_capacity;
    tc_free(s->held);
    s->held = NULL;
    s->held_capacity = 0;
}

static void hold(tc_flow *f, bool server, tc_slice bytes)
{
    tc_side *s = &f->sides[server];
    if (bytes.len == 0) return;
    size_t before = s->held_capacity;
    if (tc_failed(tc_grow(&s->held, &s->held_capacity, s->held_length + bytes.len, 1,
                          TC_DIALOGUE_HOLD + TC_CAPTURE_PACKET_MAX))) {
        f->counts->no_memory++;
        return;
    }
    f->memory += s->held_capacity - before;
    memcpy(s->held + s->held_length, bytes.ptr, bytes.len);
    s->held_length += bytes.len;
}

static void close_protocol(tc_flow *f)
{
    tc_dialogue *d = &f->dialogue;
    if (d->protocol && d->protocol->end) d->protocol->end(d);
    if (d->protocol) f->memory -= d->protocol->state_size;
    tc_free(d->state);
    d->state = NULL;
    d->protocol = NULL;
}

static bool open_protocol(tc_flow *f, const tc_wire_protocol *protocol)
{
    tc_dialogue *d = &f->dialogue;
    d->state = tc_alloc(1, protocol->state_size);
    if (!d->state) {
        f->counts->no_memory++;
        d->opaque = true;
        return false;
    }
    d->protocol = protocol;
    f->memory += protocol->state_size;
    return true;
}

/* The protocol has said that another one goes on. */
static bool change_protocol(tc_flow *f)
{
    const tc_wire_protocol *next = f->dialogue.next;
    f->dialogue.next = NULL;
    close_protocol(f);
    return open_protocol(f, next);
}

/* How much of `bytes` the protocols take, until it is the other side's turn. */
static size_t take_all(tc_flow *f, bool server, tc_slice bytes)
{
    tc_dialogue *d = &f->dialogue;
    size_t at = 0;
    while (at < bytes.len && !d->opaque && d->protocol) {
        d->yields = false;
        size_t taken = d->protocol->take(d, server, tc_octets_from(bytes, at));
        TC_ASSERT(taken <= bytes.len - at);
        at += taken;
        bool changed = d->next != NULL;
        if (changed && !change_protocol(f)) break;
        if (d->yields || (taken == 0 && !changed)) break;
    }
    return d->opaque ? bytes.len : at;
}

/* What no protocol can take is no sound dialogue: it goes on behind it. */
static void drop_oversize(tc_flow *f, bool server)
{
    size_t length = f->sides[server].held_length;
    if (length <= TC_DIALOGUE_HOLD) return;
    f->counts->oversize += length;
    drop_held(f, server, length);
    if (f->dialogue.protocol && f->dialogue.protocol->lost)
        f->dialogue.protocol->lost(&f->dialogue, server, length);
}

/* The sides' held bytes, beginning with `server`'s, for as long as either can be taken. */
static void take_held(tc_flow *f, bool server)
{
    size_t at[2] = {0, 0};
    for (int idle = 0; idle < 2; server = !server) {
        const tc_side *s = &f->sides[server];
        tc_slice bytes = tc_octets_from(tc_slice_make(s->held, s->held_length), at[server]);
        size_t taken = bytes.len > 0 ? take_all(f, server, bytes) : 0;
        at[server] += taken;
        idle = taken > 0 ? 0 : idle + 1;
    }
    for (int i = 0; i < 2; i++) {
        if (at[i] > 0) drop_held(f, i != 0, at[i]);
        drop_oversize(f, i != 0);
    }
}

/* -- telling what it is --------------------------------------------------------------------- */

static void find_protocol(tc_flow *f)
{
    tc_dialogue *d = &f->dialogue;
    tc_slice client = tc_slice_make(f->sides[0].held, f->sides[0].held_length);
    tc_slice server = tc_slice_make(f->sides[1].held, f->sides[1].held_length);
    size_t preface = proxy_preface(d, client);
    if (preface == TC_NPOS) return;
    if (preface > 0) {
        drop_held(f, false, preface);
        client = tc_slice_make(f->sides[0].held, f->sides[0].held_length);
        if (client.len == 0) return;
    }
    const tc_wire_protocol *protocol = tc_wire_protocol_of(client, server, d->server_port);
    if (protocol) {
        (void)open_protocol(f, protocol);
    } else if (client.len >= UNKNOWN_UP_TO || server.len >= UNKNOWN_UP_TO) {
        d->opaque = true;
    }
}

static void feed_unknown(tc_flow *f, bool server, tc_slice bytes)
{
    hold(f, server, bytes);
    find_protocol(f);
    if (!f->dialogue.protocol && !f->dialogue.opaque) return;
    take_held(f, true);
}

static void feed_datagram(tc_flow *f, bool server, tc_slice bytes)
{
    tc_dialogue *d = &f->dialogue;
    if (!d->protocol) {
        const tc_wire_protocol *protocol = tc_wire_protocol_of_datagrams(d->server_port);
        if (!protocol || !open_protocol(f, protocol)) return;
    }
    (void)d->protocol->take(d, server, bytes);
}

void tc_dialogue_feed(tc_flow *f, bool server, tc_slice bytes, tc_time time)
{
    tc_dialogue *d = &f->dialogue;
    d->time = time;
    d->heard[server] = true;
    if (d->opaque || bytes.len == 0) return;
    if (!f->tcp) {
        feed_datagram(f, server, bytes);
        return;
    }
    if (!d->protocol) {
        feed_unknown(f, server, bytes);
        return;
    }
    bool first = f->sides[server].held_length == 0;
    if (first) bytes = tc_octets_from(bytes, take_all(f, server, bytes));
    hold(f, server, bytes);
    take_held(f, first ? !server : server);
}

void tc_dialogue_lose(tc_flow *f, bool server, uint64_t bytes)
{
    tc_dialogue *d = &f->dialogue;
    tc_side *s = &f->sides[server];
    uint64_t held = s->held_length;
    if (held > 0) drop_held(f, server, s->held_length);
    if (d->protocol && !d->opaque && d->protocol->lost) d->protocol->lost(d, server, bytes + held);
    take_held(f, !server); /* which may have waited for what was lost */
}

void tc_dialogue_end(tc_flow *f)
{
    close_protocol(f);
}
