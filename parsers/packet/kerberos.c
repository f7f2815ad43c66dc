/*
 * Kerberos (RFC 4120): who asks for a first ticket, and who is refused.
 *
 * One logon is several requests over two transports: an answer that asks for proof, for more of it
 * or for it anew, for TCP, or for another realm, is no outcome. The same answer once more is no
 * second one, and one to a request for a further ticket (TGS) is none of a logon.
 */
#include "parsers/packet/kerberos.h"
#include "parsers/packet/der.h"
#include "parsers/packet/octets.h"

enum { TICKET = 0x61, AS_REQUEST = 0x6A, AS_REPLY = 0x6B, TGS_REQUEST = 0x6C, ERROR = 0x7E };
/* RFC 4120 7.5.9; WRONG_REALM as RFC 6806 7 has it, PROOF_EXPIRED and MORE_PROOF as RFC 6113 6.2.
 */
enum { NEEDS_PROOF = 25, TOO_BIG = 52, WRONG_REALM = 68, PROOF_EXPIRED = 90, MORE_PROOF = 91 };

typedef struct state {
    char name[TC_WIRE_NAME]; /* who asked last */
    char realm[TC_WIRE_NAME];
    bool asked;
} state;

/* A PrincipalName's parts, joined by '/'. */
static void read_name(tc_slice name, char *out, size_t size)
{
    tc_der sequence, part;
    size_t n = 0;
    out[0] = '\0';
    if (!tc_der_next(&name, &sequence)) return;
    tc_slice parts = tc_der_find(sequence.body, 0xA1);
    if (!tc_der_next(&parts, &sequence)) return;
    while (tc_der_next(&sequence.body, &part) && n + 2 < size) {
        if (n > 0) out[n++] = '/';
        size_t length = TC_MIN(part.body.len, size - 1 - n);
        if (length > 0) memcpy(out + n, part.body.ptr, length);
        n += length;
        out[n] = '\0';
    }
}

static void read_text(tc_slice body, char *out, size_t size)
{
    tc_der text;
    size_t n = 0;
    if (tc_der_next(&body, &text)) n = TC_MIN(text.body.len, size - 1);
    if (n > 0) memcpy(out, text.body.ptr, n);
    out[n] = '\0';
}

uint64_t tc_kerberos_asker(const tc_dialogue *d)
{
    return tc_content_hash(tc_slice_make(d->client.bytes, sizeof d->client.bytes)) | 1;
}

static void take_request(tc_dialogue *d, state *s, tc_slice fields)
{
    tc_der body;
    tc_slice rest = tc_der_find(fields, 0xA4);
    if (!tc_der_next(&rest, &body)) return;
    read_name(tc_der_find(body.body, 0xA1), s->name, sizeof s->name);
    read_text(tc_der_find(body.body, 0xA2), s->realm, sizeof s->realm);
    s->asked = true;
    tc_wire_remember(&d->wire->askers, tc_kerberos_asker(d), tc_slice_of(s->name), d->time);
}

static void add(tc_dialogue *d, tc_exchange_column column, const char *text)
{
    tc_exchange_add(&d->wire->out, column, tc_slice_of(text));
}

static void tell(tc_dialogue *d, const char *name, const char *realm, unsigned event, int64_t code)
{
    char status[24];
    if (name[0] == '\0') return;
    (void)snprintf(status, sizeof status, "0x%" PRIx64, (uint64_t)code);
    tc_exchange_begin(&d->wire->out, TC_EXCHANGE_ACCOUNT, d->time);
    tc_exchange_number(&d->wire->out, TC_ACCOUNT_EVENT, event);
    add(d, TC_ACCOUNT_CHANNEL, "Security");
    tc_dialogue_address(d, TC_ACCOUNT_COMPUTER, d->server);
    add(d, TC_ACCOUNT_KEYWORDS, code == 0 ? "0x8020000000000000" : "0x8010000000000000");
    add(d, TC_ACCOUNT_TARGET_USER, name);
    add(d, TC_ACCOUNT_TARGET_DOMAIN, realm);
    tc_dialogue_address(d, TC_ACCOUNT_ADDRESS, d->client);
    tc_exchange_number(&d->wire->out, TC_ACCOUNT_PORT, d->client_port);
    add(d, TC_ACCOUNT_STATUS, status);
    add(d, TC_ACCOUNT_PACKAGE, "Kerberos");
    add(d, TC_ACCOUNT_PROCESS, "kerberos");
    tc_exchange_end(&d->wire->out);
}

/* The fields of a Ticket (RFC 4120 5.3); empty: there is none. */
static tc_slice ticket_fields(tc_slice ticket)
{
    tc_der whole, fields;
    if (!tc_der_next(&ticket, &whole) || whole.tag != TICKET) return TC_EMPTY_SLICE;
    return tc_der_next(&whole.body, &fields) ? fields.body : TC_EMPTY_SLICE;
}

uint64_t tc_kerberos_ticket(tc_slice ticket)
{
    tc_der encrypted;
    tc_slice part = tc_der_find(ticket_fields(ticket), 0xA3);
    if (!tc_der_next(&part, &encrypted)) return 0;
    tc_slice cipher = tc_der_find(encrypted.body, 0xA2);
    return cipher.len > 0 ? tc_content_hash(cipher) | 1 : 0;
}

/* Whose a ticket is that changes a password: the address alone would not tell, where several ask
 * from one. */
static void remember_ticket(tc_dialogue *d, tc_slice ticket, const char *name)
{
    char service[TC_WIRE_NAME];
    read_name(tc_der_find(ticket_fields(ticket), 0xA2), service, sizeof service);
    uint64_t key = tc_kerberos_ticket(ticket);
    if (key != 0 && strcmp(service, "kadmin/changepw") == 0)
        tc_wire_remember(&d->wire->askers, key, tc_slice_of(name), d->time);
}

static void take_reply(tc_dialogue *d, state *s, tc_slice fields)
{
    char name[TC_WIRE_NAME], realm[TC_WIRE_NAME];
    s->asked = false;
    read_name(tc_der_find(fields, 0xA4), name, sizeof name);
    read_text(tc_der_find(fields, 0xA3), realm, sizeof realm);
    remember_ticket(d, tc_der_find(fields, 0xA5), name);
    tell(d, name, realm, 4768, 0);
}

static bool is_outcome(int64_t error)
{
    static const int64_t steps[] = {NEEDS_PROOF, TOO_BIG, WRONG_REALM, PROOF_EXPIRED, MORE_PROOF};
    for (size_t i = 0; i < TC_COUNT_OF(steps); i++)
        if (steps[i] == error) return false;
    return true;
}

static void take_error(tc_dialogue *d, const state *s, tc_slice fields)
{
    char name[TC_WIRE_NAME] = "";
    tc_der number;
    tc_slice code = tc_der_find(fields, 0xA6);
    if (!tc_der_next(&code, &number)) return;
    int64_t error = tc_der_number(number.body);
    if (!is_outcome(error)) return;
    read_name(tc_der_find(fields, 0xA8), name, sizeof name);
    tell(d, name[0] ? name : s->name, s->realm, 4771, error);
}

static void take_message(tc_dialogue *d, bool server, tc_slice bytes)
{
    tc_der message, fields;
    state *s = d->state;
    uint64_t once = tc_content_hash(bytes) | 1;
    if (server && d->datagrams && tc_wire_told_before(d->wire, once, d->time, TC_MINUTE)) return;
    if (!tc_der_next(&bytes, &message) || !tc_der_next(&message.body, &fields)) return;
    if (!server && message.tag == AS_REQUEST) take_request(d, s, fields.body);
    if (!server && message.tag == TGS_REQUEST) s->asked = false;
    if (server && message.tag == AS_REPLY) take_reply(d, s, fields.body);
    if (server && message.tag == ERROR && s->asked) take_error(d, s, fields.body);
}

size_t tc_kerberos_framed(tc_slice bytes, tc_slice *ret)
{
    if (bytes.len < 4) return 0;
    uint32_t length = tc_be32(bytes.ptr);
    *ret = TC_EMPTY_SLICE;
    /* No message is so long: it begins further on. */
    if (length > TC_DIALOGUE_HOLD - 4) return 1;
    if (bytes.len < 4 + (size_t)length) return 0;
    *ret = tc_slice_sub(bytes, 4, length);
    return 4 + (size_t)length;
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

const tc_wire_protocol tc_wire_kerberos = {
    .name = "kerberos",
    .ports = {88},
    .state_size = sizeof(state),
    .datagrams = true,
    .take = take,
};
