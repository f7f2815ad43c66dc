/*
 * IMAP (RFC 9051): logons with their outcome, and the headers of messages that are fetched.
 *
 * A tagged reply answers the command of that tag, in whatever order. Literals are opaque: nothing
 * in them is a reply or a command.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

enum { LINE_MAX = 32768, TAG_MAX = 32, PENDING_MAX = 16 };

typedef enum command { FREE, LOGIN, AUTHENTICATE, START_TLS, COMPRESS } command;

typedef struct pending {
    command command;
    char tag[TAG_MAX];
    tc_sasl sasl;
} pending;

typedef struct state {
    pending pending[PENDING_MAX];
    size_t next;        /* slot, in turn */
    pending *open;      /* of the client: its arguments go on */
    uint64_t literal;   /* of the client: octets to come */
    bool wants_user;    /* the next argument is LOGIN's name */
    bool authenticates; /* lines are answers to challenges */
    uint64_t content;   /* of the server: octets of a literal to come */
    bool message;       /* ... which are of a message */
    bool too_long;      /* ... in whose line we are */
    bool line_begun;
    size_t collected;
    char argument[256];
    tc_mail mail;
} state;

/* -- the client ----------------------------------------------------------------------------- */

/* "{123}" or "{123+}" at the line's end. */
static bool ends_in_literal(tc_slice line, uint64_t *ret)
{
    if (line.len < 3 || line.ptr[line.len - 1] != '}') return false;
    size_t open = tc_slice_rfind(line, '{');
    if (open == TC_NPOS) return false;
    tc_slice number = tc_slice_sub(line, open + 1, line.len - open - 2);
    if (number.len > 0 && (number.ptr[number.len - 1] == '+' || number.ptr[number.len - 1] == '-'))
        number.len--;
    return tc_slice_to_u64(number, ret);
}

/* An atom or a quoted text at the front. */
static void read_argument(tc_slice text, char *out, size_t size)
{
    size_t n = 0;
    text = tc_slice_trim(text);
    bool quoted = text.len > 0 && text.ptr[0] == '"';
    for (size_t i = quoted; i < text.len && n + 1 < size; i++) {
        uint8_t c = text.ptr[i];
        if (quoted ? c == '"' : c == ' ') break;
        if (quoted && c == '\\' && i + 1 < text.len) c = text.ptr[++i];
        out[n++] = (char)c;
    }
    out[n] = '\0';
}

static pending *add_pending(state *s, command c, tc_slice tag)
{
    pending *p = &s->pending[s->next];
    s->next = (s->next + 1) % PENDING_MAX;
    *p = (pending){.command = c};
    tc_copy_text(p->tag, sizeof p->tag, tag);
    return p;
}

static void take_login(state *s, tc_slice tag, tc_slice arguments)
{
    uint64_t length;
    s->open = add_pending(s, LOGIN, tag);
    tc_sasl_begin(&s->open->sasl, TC_LIT("LOGIN"));
    s->wants_user = ends_in_literal(arguments, &length) && arguments.ptr[0] == '{';
    if (!s->wants_user) read_argument(arguments, s->open->sasl.user, sizeof s->open->sasl.user);
}

static void take_authenticate(state *s, tc_slice tag, tc_slice arguments)
{
    tc_slice initial, mechanism = tc_slice_split(arguments, ' ', &initial);
    pending *p = s->open = add_pending(s, AUTHENTICATE, tag);
    tc_sasl_begin(&p->sasl, mechanism);
    if (initial.len > 0) tc_sasl_take(&p->sasl, initial);
    s->authenticates = true;
}

static bool is_verb(tc_slice verb, const char *name)
{
    return tc_slice_equal_ascii(verb, tc_slice_of(name));
}

static void take_command(state *s, tc_slice line)
{
    tc_slice rest, arguments, tag = tc_slice_split(line, ' ', &rest);
    tc_slice verb = tc_slice_split(rest, ' ', &arguments);
    arguments = tc_slice_trim(arguments);
    s->open = NULL;
    if (is_verb(verb, "LOGIN"))
        take_login(s, tag, arguments);
    else if (is_verb(verb, "AUTHENTICATE"))
        take_authenticate(s, tag, arguments);
    else if (is_verb(verb, "STARTTLS"))
        (void)add_pending(s, START_TLS, tag);
    else if (is_verb(verb, "COMPRESS"))
        (void)add_pending(s, COMPRESS, tag);
}

static size_t take_literal(state *s, tc_slice bytes)
{
    size_t n = (size_t)TC_MIN(s->literal, (uint64_t)bytes.len);
    if (s->wants_user && s->open) {
        char *user = s->open->sasl.user;
        size_t have = strlen(user);
        tc_copy_text(user + have, sizeof s->open->sasl.user - have, tc_slice_sub(bytes, 0, n));
    }
    s->literal -= n;
    if (s->literal == 0) s->wants_user = false;
    return n;
}

static void take_response(state *s, tc_slice line)
{
    if (s->open) tc_sasl_take(&s->open->sasl, line);
}

static size_t take_client(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (s->literal > 0) return take_literal(s, bytes);
    if (bytes.len >= 2 && bytes.ptr[0] == 0x16 && bytes.ptr[1] == 3) {
        d->next = &tc_wire_tls;
        d->started = "imap";
        return 0;
    }
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    bool goes_on = ends_in_literal(line, &s->literal);
    if (s->line_begun) { /* the rest of a command with literals */
        s->line_begun = goes_on;
        return length;
    }
    if (s->authenticates)
        take_response(s, line);
    else
        take_command(s, line);
    s->line_begun = goes_on;
    return length;
}

/* -- the server ----------------------------------------------------------------------------- */

static void settle(tc_dialogue *d, state *s, pending *p, bool ok)
{
    if (p->command == LOGIN || p->command == AUTHENTICATE)
        tc_deed_logon(d, "imap", p->sasl.mechanism, tc_slice_of(p->sasl.user),
                      ok ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE);
    if (p->command == AUTHENTICATE) s->authenticates = false;
    if (ok && p->command == START_TLS) {
        d->next = &tc_wire_tls;
        d->started = "imap";
    }
    if (ok && p->command == COMPRESS) {
        d->opaque = true;
        tc_deed_sealed(d, "imap-compressed");
    }
    if (s->open == p) s->open = NULL;
    p->command = FREE;
}

static void take_reply(tc_dialogue *d, state *s, tc_slice line)
{
    tc_slice rest, after, tag = tc_slice_split(line, ' ', &rest);
    tc_slice word = tc_slice_split(rest, ' ', &after);
    bool ok = is_verb(word, "OK"), no = is_verb(word, "NO") || is_verb(word, "BAD");
    if (!ok && !no) return;
    for (size_t i = 0; i < PENDING_MAX; i++) {
        pending *p = &s->pending[i];
        if (p->command == FREE || !tc_slice_equal(tag, tc_slice_of(p->tag))) continue;
        settle(d, s, p, ok);
        return;
    }
}

static bool is_message(tc_slice line)
{
    return tc_slice_search_ascii(line, TC_LIT(" FETCH (")) != TC_NPOS &&
           (tc_slice_search_ascii(line, TC_LIT("BODY[]")) != TC_NPOS ||
            tc_slice_search_ascii(line, TC_LIT("BODY[HEADER")) != TC_NPOS ||
            tc_slice_search_ascii(line, TC_LIT("RFC822")) != TC_NPOS);
}

static size_t take_content(tc_dialogue *d, state *s, tc_slice bytes)
{
    size_t n = (size_t)TC_MIN(s->content, (uint64_t)bytes.len), length, done = 0;
    tc_slice line, rest = tc_slice_sub(bytes, 0, n);
    bool ends;
    while ((ends = tc_dialogue_line_within(rest, LINE_MAX, &line, &length)) || length > 0) {
        if (s->message && ends && !s->too_long) tc_mail_line(&s->mail, line);
        s->too_long = !ends;
        done += length;
        rest = tc_octets_from(rest, length);
    }
    if (n == s->content) done = n;
    s->content -= done;
    if (s->content > 0) return done;
    const tc_deed_message message = {.source = "IMAP", .event = "FETCH"};
    if (s->message && s->mail.from[0]) tc_deed_mail(d, &message, &s->mail);
    s->message = s->too_long = false;
    return done;
}

static size_t take_server(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (s->content > 0) return take_content(d, s, bytes);
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    if (ends_in_literal(line, &s->content)) {
        s->message = is_message(line);
        tc_mail_begin(&s->mail);
    } else if (line.len > 0 && line.ptr[0] != '*' && line.ptr[0] != '+') {
        take_reply(d, s, line);
    }
    return length;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    return server ? take_server(d, d->state, bytes) : take_client(d, d->state, bytes);
}

static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    uint64_t *octets = server ? &s->content : &s->literal;
    *octets = *octets > bytes ? *octets - bytes : 0;
    if (!server) {
        s->line_begun = s->authenticates = false;
        s->open = NULL;
    }
    if (server) s->message = false;
}

static bool probe(tc_slice client, tc_slice server)
{
    (void)client;
    return tc_slice_starts(server, TC_LIT("* OK")) || tc_slice_starts(server, TC_LIT("* PREAUTH"));
}

const tc_wire_protocol tc_wire_imap = {
    .name = "imap",
    .ports = {143},
    .state_size = sizeof(state),
    .probe = probe,
    .take = take,
    .lost = lost,
};
