/*
 * POP3 (RFC 1939, 5034): logons with their outcome, and the headers of messages that are fetched.
 *
 * Replies answer commands in their order. Behind one that logs on the client is heard no further
 * until its reply has come: so a name is of the reply that speaks of it.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"
#include "parsers/packet/pending.h"

enum { LINE_MAX = 12288 };

typedef enum command { NONE, OTHER, PASS, APOP, AUTH, LISTING, FETCH, START_TLS } command;

typedef struct state {
    tc_pending pending;
    bool waits;      /* for the reply to what the client sent last */
    bool multi;      /* the server's lines up to "." are content */
    bool message;    /* ... of a message */
    bool mechanised; /* AUTH goes on: the next line is an answer to a challenge */
    bool line_begun;
    bool greeted; /* the server has said something */
    tc_sasl sasl;
    tc_mail mail;
} state;

static void expect(state *s, command c)
{
    tc_pending_add(&s->pending, (uint8_t)c);
}

static void await(tc_dialogue *d, state *s, command c)
{
    expect(s, c);
    s->waits = d->heard[1];
}

/* False: one that was sent before the server was heard has no reply yet, so that none is known to
 * be of whom. */
static bool begin_logon(state *s, tc_slice mechanism)
{
    bool sure = !tc_pending_has(&s->pending, PASS) && !tc_pending_has(&s->pending, APOP) &&
                !tc_pending_has(&s->pending, AUTH);
    tc_sasl_begin(&s->sasl, mechanism);
    if (!sure) tc_sasl_anonymous(&s->sasl);
    return sure;
}

/* USER and APOP: the name in clear. */
static void take_name(state *s, const char *mechanism, tc_slice name)
{
    if (begin_logon(s, tc_slice_of(mechanism)))
        tc_copy_text(s->sasl.user, sizeof s->sasl.user, name);
}

static bool is_verb(tc_slice verb, const char *name)
{
    return tc_slice_equal_ascii(verb, tc_slice_of(name));
}

static void take_auth(tc_dialogue *d, state *s, tc_slice arguments)
{
    tc_slice initial, mechanism = tc_slice_split(arguments, ' ', &initial);
    if (mechanism.len == 0) {
        expect(s, LISTING);
        return;
    }
    if (begin_logon(s, mechanism) && initial.len > 0) tc_sasl_take(&s->sasl, initial);
    await(d, s, AUTH);
}

static void take_command(tc_dialogue *d, state *s, tc_slice line)
{
    tc_slice rest, arguments, verb = tc_slice_split(line, ' ', &arguments);
    arguments = tc_slice_trim(arguments);
    if (is_verb(verb, "USER")) {
        take_name(s, "USER", arguments);
        expect(s, OTHER);
    } else if (is_verb(verb, "PASS")) {
        await(d, s, PASS);
    } else if (is_verb(verb, "APOP")) {
        take_name(s, "APOP", tc_slice_split(arguments, ' ', &rest));
        await(d, s, APOP);
    } else if (is_verb(verb, "AUTH")) {
        take_auth(d, s, arguments);
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
    if (s->waits || (d->heard[1] && tc_pending_full(&s->pending))) return 0;
    if (bytes.len >= 2 && bytes.ptr[0] == 0x16 && bytes.ptr[1] == 3) {
        d->next = &tc_wire_tls;
        d->started = "pop3";
        return 0;
    }
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    if (!s->mechanised) {
        take_command(d, s, line);
        return length;
    }
    tc_sasl_take(&s->sasl, line);
    s->mechanised = false;
    s->waits = d->heard[1];
    return length;
}

/* What a refusal says of the password (RFC 2449, 8; RFC 3206): that it was right, but somebody else
 * is in; nothing; or that it was wrong, as most say without a code. */
static tc_outcome outcome_of(bool ok, tc_slice text)
{
    static const char *const others[] = {"LOGIN-DELAY", "SYS/TEMP", "SYS/PERM"};
    tc_slice code = tc_deed_response_code(text);
    if (ok || is_verb(code, "IN-USE")) return TC_OUTCOME_SUCCESS;
    for (size_t i = 0; i < TC_COUNT_OF(others); i++)
        if (is_verb(code, others[i])) return TC_OUTCOME_UNKNOWN;
    return TC_OUTCOME_FAILURE;
}

static void settle(tc_dialogue *d, state *s, command c, bool ok, tc_slice text)
{
    if (c == PASS || c == APOP || c == AUTH) {
        tc_outcome outcome = outcome_of(ok, text);
        if (outcome != TC_OUTCOME_UNKNOWN)
            tc_deed_logon(d, "pop3", s->sasl.mechanism, tc_slice_of(s->sasl.user), outcome);
    }
    s->multi = ok && (c == LISTING || c == FETCH);
    s->message = s->multi && c == FETCH;
    s->line_begun = false;
    tc_mail_begin(&s->mail);
    if (c == START_TLS && ok) {
        d->next = &tc_wire_tls;
        d->started = "pop3";
    }
}

/* The client may go on: its turn. */
static void release(tc_dialogue *d, state *s)
{
    bool released = s->waits && s->pending.count == 1;
    d->yields = released || tc_pending_full(&s->pending);
    if (released) s->waits = false;
}

/* "+ challenge" */
static void take_challenge(tc_dialogue *d, state *s, tc_slice line)
{
    if (tc_pending_first(&s->pending) != AUTH) return;
    /* What was sent before the server was heard, and taken for commands, were responses. */
    if (s->pending.count > 1) tc_sasl_anonymous(&s->sasl);
    tc_pending_keep_first(&s->pending);
    tc_sasl_prompt(&s->sasl, tc_slice_trim(tc_octets_from(line, 1)));
    s->mechanised = true;
    release(d, s);
}

static void take_reply(tc_dialogue *d, state *s, tc_slice line)
{
    bool ok = tc_slice_starts_ascii(line, TC_LIT("+OK"));
    bool refused = tc_slice_starts_ascii(line, TC_LIT("-ERR"));
    if (!ok && !refused) {
        if (tc_slice_starts(line, TC_LIT("+"))) take_challenge(d, s, line);
        return;
    }
    /* Commands may be there before the greeting, which answers none of them. */
    bool greeting = !s->greeted && d->from_start[1];
    s->greeted = true;
    command c = (command)tc_pending_first(&s->pending);
    if (greeting || c == NONE) return;
    if (c == AUTH) s->mechanised = false;
    release(d, s);
    tc_pending_answered(&s->pending);
    settle(d, s, c, ok, tc_octets_from(line, 4));
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
    s->waits = s->mechanised = false;
    s->greeted |= server;
    if (!s->multi) tc_pending_clear(&s->pending);
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
