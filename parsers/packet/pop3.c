/* POP3 (RFC 1939, 5034): logons with their outcome, and the headers of messages that are fetched.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

enum { PENDING_MAX = 128, LINE_MAX = 12288 };

typedef enum command { OTHER, USER, PASS, APOP, AUTH, LISTING, FETCH, START_TLS } command;

typedef struct state {
    uint8_t pending[PENDING_MAX];
    size_t oldest, count;
    bool multi;      /* the server's lines up to "." are content */
    bool message;    /* ... of a message */
    bool mechanised; /* AUTH goes on */
    bool line_begun;
    bool greeted;
    tc_sasl sasl;
    tc_mail mail;
} state;

static void expect(state *s, command c)
{
    if (s->count == PENDING_MAX) {
        s->oldest = (s->oldest + 1) % PENDING_MAX;
        s->count--;
    }
    s->pending[(s->oldest + s->count++) % PENDING_MAX] = (uint8_t)c;
}

static bool is_verb(tc_slice verb, const char *name)
{
    return tc_slice_equal_ascii(verb, tc_slice_of(name));
}

static void take_auth(state *s, tc_slice arguments)
{
    tc_slice initial, mechanism = tc_slice_split(arguments, ' ', &initial);
    tc_sasl_begin(&s->sasl, mechanism);
    if (initial.len > 0) tc_sasl_take(&s->sasl, initial);
    s->mechanised = mechanism.len > 0;
    expect(s, mechanism.len > 0 ? AUTH : LISTING);
}

static void take_apop(state *s, tc_slice arguments)
{
    tc_slice rest;
    tc_sasl_begin(&s->sasl, TC_LIT("APOP"));
    tc_copy_text(s->sasl.user, sizeof s->sasl.user, tc_slice_split(arguments, ' ', &rest));
    expect(s, APOP);
}

static void take_command(state *s, tc_slice line)
{
    tc_slice arguments, verb = tc_slice_split(line, ' ', &arguments);
    arguments = tc_slice_trim(arguments);
    if (is_verb(verb, "USER")) {
        tc_sasl_begin(&s->sasl, TC_LIT("USER"));
        tc_copy_text(s->sasl.user, sizeof s->sasl.user, arguments);
        expect(s, USER);
    } else if (is_verb(verb, "PASS")) {
        expect(s, PASS);
    } else if (is_verb(verb, "APOP")) {
        take_apop(s, arguments);
    } else if (is_verb(verb, "AUTH")) {
        take_auth(s, arguments);
    } else if (is_verb(verb, "RETR") || is_verb(verb, "TOP")) {
        expect(s, FETCH);
    } else if (is_verb(verb, "CAPA") ||
               ((is_verb(verb, "LIST") || is_verb(verb, "UIDL")) && arguments.len == 0)) {
        expect(s, LISTING);
    } else {
        expect(s, is_verb(verb, "STLS") ? START_TLS : OTHER);
    }
}

static size_t take_client(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (bytes.len >= 2 && bytes.ptr[0] == 0x16 && bytes.ptr[1] == 3) {
        d->next = &tc_wire_tls;
        d->started = "pop3";
        return 0;
    }
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    if (!s->mechanised) {
        take_command(s, line);
        return length;
    }
    tc_sasl_take(&s->sasl, line);
    return length;
}

static void settle(tc_dialogue *d, state *s, command c, bool ok)
{
    if (c == AUTH) s->mechanised = false;
    if (c == PASS || c == APOP || c == AUTH)
        tc_deed_logon(d, "pop3", s->sasl.mechanism, tc_slice_of(s->sasl.user),
                      ok ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE);
    s->multi = ok && (c == LISTING || c == FETCH);
    s->message = s->multi && c == FETCH;
    s->line_begun = false;
    tc_mail_begin(&s->mail);
    if (c == START_TLS && ok) {
        d->next = &tc_wire_tls;
        d->started = "pop3";
    }
}

static void take_reply(tc_dialogue *d, state *s, tc_slice line)
{
    bool ok = tc_slice_starts_ascii(line, TC_LIT("+OK"));
    bool refused = tc_slice_starts_ascii(line, TC_LIT("-ERR"));
    if (!ok && !refused) return; /* "+ challenge", or rubbish */
    if (s->count == 0) return;   /* the greeting */
    command c = (command)s->pending[s->oldest];
    s->oldest = (s->oldest + 1) % PENDING_MAX;
    s->count--;
    settle(d, s, c, ok);
}

static void take_content(tc_dialogue *d, state *s, tc_slice line)
{
    if (tc_slice_equal(line, TC_LIT("."))) {
        const tc_deed_message message = {.source = "POP3", .event = "FETCH"};
        if (s->message) tc_deed_mail(d, &message, &s->mail);
        s->multi = s->message = false;
        return;
    }
    if (line.len > 1 && line.ptr[0] == '.') line = tc_octets_from(line, 1);
    if (s->message) tc_mail_line(&s->mail, line);
}

static size_t take_server(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) {
        s->line_begun |= length > 0;
        return length;
    }
    bool whole = !s->line_begun;
    s->line_begun = false;
    if (s->multi && whole)
        take_content(d, s, line);
    else if (!s->multi)
        take_reply(d, s, line);
    return length;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    return server ? take_server(d, d->state, bytes) : take_client(d, d->state, bytes);
}

static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    (void)bytes;
    s->line_begun = server && s->multi;
    s->mechanised = false;
    if (!s->multi) s->count = 0;
}

static bool probe(tc_slice client, tc_slice server)
{
    return tc_slice_starts(server, TC_LIT("+OK ")) && (client.len == 0 || client.ptr[0] >= 'A');
}

const tc_wire_protocol tc_wire_pop3 = {
    .name = "pop3",
    .ports = {110},
    .state_size = sizeof(state),
    .probe = probe,
    .take = take,
    .lost = lost,
};
