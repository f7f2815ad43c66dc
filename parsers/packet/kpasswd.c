/*
 * Passwords that are set over Kerberos (RFC 3244): a change by the owner (version 1), or a set by
 * somebody who may (0xFF80).
 *
 * The new password and, of a set, whose it is are sealed: an owner is who was seen to get the
 * ticket that is shown; where that was not seen, who asked for one from the same address last. So
 * is who sets. Whether the server agreed is sealed, too, unless it refused the ticket.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/der.h"
#include "parsers/packet/kerberos.h"
#include "parsers/packet/octets.h"

enum { HEAD = 6, CHANGE = 1, SET = 0xFF80 };

typedef struct state {
    bool asked;
    bool set;
    char actor[TC_WIRE_NAME];
} state;

/* `request`: an AP-REQ (RFC 4120 5.5.1). NULL: nobody was seen. */
static const tc_remembered *find_asker(const tc_dialogue *d, tc_slice request)
{
    tc_der whole, fields;
    uint64_t ticket = 0;
    if (tc_der_next(&request, &whole) && tc_der_next(&whole.body, &fields))
        ticket = tc_kerberos_ticket(tc_der_find(fields.body, 0xA3));
    const tc_remembered *who = tc_wire_recall(&d->wire->askers, ticket);
    return who ? who : tc_wire_recall(&d->wire->askers, tc_kerberos_asker(d));
}

static void take_request(tc_dialogue *d, state *s, uint16_t version, tc_slice request)
{
    if (version != CHANGE && version != SET) return;
    uint64_t once = tc_content_hash(request) | 1;
    if (tc_wire_told_before(d->wire, once, d->time, TC_HOUR)) return; /* sent again */
    const tc_remembered *who = find_asker(d, request);
    size_t length = who ? TC_MIN((size_t)who->length, sizeof s->actor - 1) : 0;
    if (length > 0) memcpy(s->actor, who->text, length);
    s->actor[length] = '\0';
    s->set = version == SET;
    s->asked = true;
}

static void take_answer(tc_dialogue *d, state *s, uint16_t ticket_length)
{
    if (!s->asked) return;
    s->asked = false;
    tc_slice actor = tc_slice_of(s->actor);
    tc_deed_password(d, "kpasswd", "Kerberos", s->set, actor, s->set ? TC_EMPTY_SLICE : actor,
                     ticket_length == 0 ? TC_OUTCOME_FAILURE : TC_OUTCOME_UNKNOWN);
}

static void take_message(tc_dialogue *d, bool server, tc_slice bytes)
{
    if (bytes.len < HEAD) return;
    uint16_t version = tc_be16(bytes.ptr + 2), length = tc_be16(bytes.ptr + 4);
    if (server)
        take_answer(d, d->state, length);
    else
        take_request(d, d->state, version, tc_slice_sub(bytes, HEAD, length));
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    if (d->datagrams) {
        take_message(d, server, bytes);
        return bytes.len;
    }
    tc_slice message;
    size_t length = tc_kerberos_framed(bytes, &message);
    if (message.len > 0 && length > 0) take_message(d, server, message);
    return length;
}

/* Asked, and no answer seen: that it was tried is told. */
static void end(tc_dialogue *d)
{
    state *s = d->state;
    if (s->asked) take_answer(d, s, 1);
}

const tc_wire_protocol tc_wire_kpasswd = {
    .name = "kpasswd",
    .ports = {464},
    .state_size = sizeof(state),
    .datagrams = true,
    .take = take,
    .end = end,
};
