/*
 * IMAP (RFC 9051): logons with their outcome, and the headers of messages that are fetched.
 *
 * A tagged reply answers the command of that tag, in whatever order. Literals are opaque: nothing
 * in them is a reply or a command. Behind AUTHENTICATE, an answer to a challenge and the length of
 * a literal the client is heard no further until the server lets it go on or ends the command.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

enum { LINE_MAX = 32768, TAG_MAX = 32, PENDING_MAX = 16 };

typedef enum command { FREE, LOGIN, AUTHENTICATE, START_TLS, COMPRESS } command;

typedef struct pending {
    command command;
    bool stale; /* its reply may have been lost: it gives way */
    char tag[TAG_MAX];
    tc_sasl sasl;
} pending;

typedef struct state {
    pending pending[PENDING_MAX];
    size_t next;         /* slot, in turn */
    pending *open;       /* of the client: its arguments go on */
    char tag[TAG_MAX];   /* of the client's command */
    bool waits;          /* for the server to let it go on */
    uint64_t literal;    /* of the client: octets to come */
    bool wants_user;     /* the next argument is LOGIN's name */
    bool authenticates;  /* lines are answers to challenges */
    uint64_t content;    /* of the server: octets of a literal to come */
    bool fetched;        /* ... in what FETCH gives, of which no message has been told */
    bool behind_content; /* the line at the front goes on behind a literal */
    bool message;        /* ... which are of a message */
    bool too_long;       /* ... in whose line we are */
    bool line_begun;
    size_t collected; /* octets of a name that is a literal */
    tc_mail mail;
} state;

/* -- the client ----------------------------------------------------------------------------- */

/* "{123}" or "{123+}" at the line's end; *ret_free: it comes without being asked for. */
static bool ends_in_literal(tc_slice line, uint64_t *ret, bool *ret_free)
{
    *ret_free = false;
    if (line.len < 3 || line.ptr[line.len - 1] != '}') return false;
    size_t open = tc_slice_rfind(line, '{');
    if (open == TC_NPOS) return false;
    tc_slice number = tc_slice_sub(line, open + 1, line.len - open - 2);
    *ret_free =
        number.len > 0 && (number.ptr[number.len - 1] == '+' || number.ptr[number.len - 1] == '-');
    if (*ret_free) number.len--;
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

/* A place for one more: one that is free, or whose reply may have been lost; NULL: all are needed.
 */
static pending *find_place(state *s)
{
    pending *stale = NULL;
    for (size_t i = 0; i < PENDING_MAX; i++) {
        pending *p = &s->pending[(s->next + i) % PENDING_MAX];
        if (p->command == FREE) return p;
        if (p->stale && !stale) stale = p;
    }
    return stale;
}

static pending *add_pending(state *s, command c, tc_slice tag)
{
    pending *p = find_place(s);
    if (!p) p = &s->pending[s->next];
    s->next = (size_t)(p - s->pending + 1) % PENDING_MAX;
    *p = (pending){.command = c};
    tc_copy_text(p->tag, sizeof p->tag, tag);
    return p;
}

static void take_login(state *s, tc_slice tag, tc_slice arguments)
{
    uint64_t length;
    bool free;
    s->open = add_pending(s, LOGIN, tag);
    s->collected = 0;
    tc_sasl_begin(&s->open->sasl, TC_LIT("LOGIN"));
    s->wants_user = ends_in_literal(arguments, &length, &free) && arguments.ptr[0] == '{';
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
    tc_copy_text(s->tag, sizeof s->tag, tag);
    if (is_verb(verb, "LOGIN"))
        take_login(s, tag, arguments);
    else if (is_verb(verb, "AUTHENTICATE"))
        take_authenticate(s, tag, arguments);
    else if (is_verb(verb, "STARTTLS"))
        (void)add_pending(s, START_TLS, tag);
    else if (is_verb(verb, "COMPRESS"))
        (void)add_pending(s, COMPRESS, tag);
}

/* The octets of a name, as far as there is room for them. */
static void collect_name(state *s, tc_slice part)
{
    tc_sasl *sasl = &s->open->sasl;
    size_t n = TC_MIN(part.len, sizeof sasl->user - 1 - s->collected);
    if (n > 0) memcpy(sasl->user + s->collected, part.ptr, n);
    s->collected += n;
}

static size_t take_literal(state *s, tc_slice bytes)
{
    size_t n = (size_t)TC_MIN(s->literal, (uint64_t)bytes.len);
    if (s->wants_user && s->open) collect_name(s, tc_slice_sub(bytes, 0, n));
    s->literal -= n;
    if (s->literal == 0) s->wants_user = false;
    return n;
}

/* A line that is no rest of a command; whether the server must let the client go on behind it. */
static bool take_line(state *s, tc_slice line)
{
    if (!s->authenticates) {
        take_command(s, line);
        return s->authenticates;
    }
    if (s->open) tc_sasl_take(&s->open->sasl, line);
    return true;
}

static size_t take_client(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    bool free;
    if (s->waits) return 0;
    if (s->literal > 0) return take_literal(s, bytes);
    if (bytes.len >= 2 && bytes.ptr[0] == 0x16 && bytes.ptr[1] == 3) {
        d->next = &tc_wire_tls;
        d->started = "imap";
        return 0;
    }
    if (d->heard[1] && !s->line_begun && !find_place(s)) return 0;
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    bool goes_on = ends_in_literal(line, &s->literal, &free), asks = goes_on && !free;
    if (s->line_begun) /* the rest of a command with literals */
        s->wants_user = false;
    else
        asks |= take_line(s, line);
    s->line_begun = goes_on;
    s->waits = asks && d->heard[1];
    return length;
}

/* -- the server ----------------------------------------------------------------------------- */

/* What a refusal says of the password. BAD is about the command, and these codes about the server,
 * the mailbox or the way (RFC 5530, 3): as most say it, it was wrong. */
static tc_outcome outcome_of(bool ok, bool bad, tc_slice text)
{
    static const char *const others[] = {
        "UNAVAILABLE", "AUTHORIZATIONFAILED", "EXPIRED",   "PRIVACYREQUIRED", "CONTACTADMIN",
        "INUSE",       "CORRUPTION",          "SERVERBUG", "CLIENTBUG",       "CANNOT",
        "LIMIT"};
    tc_slice code = tc_deed_response_code(text);
    if (ok) return TC_OUTCOME_SUCCESS;
    for (size_t i = 0; i < TC_COUNT_OF(others); i++)
        bad |= is_verb(code, others[i]);
    return bad ? TC_OUTCOME_UNKNOWN : TC_OUTCOME_FAILURE;
}

static void settle(tc_dialogue *d, state *s, pending *p, tc_outcome outcome)
{
    bool ok = outcome == TC_OUTCOME_SUCCESS;
    if ((p->command == LOGIN || p->command == AUTHENTICATE) && outcome != TC_OUTCOME_UNKNOWN)
        tc_deed_logon(d, "imap", p->sasl.mechanism, tc_slice_of(p->sasl.user), outcome);
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

/* "+": the client's turn. */
static void take_go_on(tc_dialogue *d, state *s, tc_slice line)
{
    if (s->authenticates && s->open)
        tc_sasl_prompt(&s->open->sasl, tc_slice_trim(tc_octets_from(line, 1)));
    d->yields = s->waits;
    s->waits = false;
}

/* The command whose arguments the server has not asked for is over: there are none. */
static void end_command(tc_dialogue *d, state *s, tc_slice tag)
{
    if (!s->waits || !tc_slice_equal(tag, tc_slice_of(s->tag))) return;
    s->literal = 0;
    s->waits = s->line_begun = s->wants_user = false;
    d->yields = true;
}

static void take_reply(tc_dialogue *d, state *s, tc_slice line)
{
    tc_slice rest, text, tag = tc_slice_split(line, ' ', &rest);
    tc_slice word = tc_slice_split(rest, ' ', &text);
    bool ok = is_verb(word, "OK"), bad = is_verb(word, "BAD");
    if (!ok && !bad && !is_verb(word, "NO")) return;
    tag = tc_slice_sub(tag, 0, TAG_MAX - 1);
    end_command(d, s, tag);
    d->yields |= !find_place(s);
    for (size_t i = 0; i < PENDING_MAX; i++) {
        pending *p = &s->pending[i];
        if (p->command == FREE || !tc_slice_equal(tag, tc_slice_of(p->tag))) continue;
        settle(d, s, p, outcome_of(ok, bad, text));
        return;
    }
}

/* "BODY[section]<offset>": whether the message's own headers stand at the literal's beginning. */
static bool is_section_of_headers(tc_slice item)
{
    size_t open = tc_slice_rfind(item, '['), close = tc_slice_rfind(item, ']');
    if (open == TC_NPOS || close == TC_NPOS || open < 4 || close < open) return false;
    tc_slice section = tc_slice_sub(item, open + 1, close - open - 1);
    tc_slice offset = tc_octets_from(item, close + 1);
    return is_verb(tc_slice_sub(item, open - 4, 4), "BODY") &&
           (section.len == 0 || tc_slice_starts_ascii(section, TC_LIT("HEADER"))) &&
           (offset.len == 0 || tc_slice_equal(offset, TC_LIT("<0>")));
}

/* Whether the literal at the line's end is a message, or begins like one: the last item says so. */
static bool is_message(tc_slice line)
{
    tc_slice before = tc_slice_trim(tc_slice_sub(line, 0, tc_slice_rfind(line, '{')));
    if (is_section_of_headers(before)) return true;
    size_t blank = tc_slice_rfind(before, ' ');
    tc_slice item = tc_octets_from(before, blank == TC_NPOS ? 0 : blank + 1);
    if (tc_slice_starts(item, TC_LIT("("))) item = tc_octets_from(item, 1);
    return is_verb(item, "RFC822") || is_verb(item, "RFC822.HEADER");
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
    if (s->message && s->mail.from[0]) {
        tc_deed_mail(d, &message, &s->mail);
        s->fetched = false; /* headers may be given in two ways */
    }
    s->message = s->too_long = false;
    return done;
}

static size_t take_server(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    bool free;
    if (s->content > 0) return take_content(d, s, bytes);
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    bool begins = !s->behind_content;
    if (begins) s->fetched = tc_slice_search_ascii(line, TC_LIT(" FETCH (")) != TC_NPOS;
    s->behind_content = ends_in_literal(line, &s->content, &free);
    if (s->behind_content) {
        s->message = s->fetched && is_message(line);
        tc_mail_begin(&s->mail);
    } else if (begins && tc_slice_starts(line, TC_LIT("+"))) {
        take_go_on(d, s, line);
    } else if (begins && line.len > 0 && line.ptr[0] != '*') {
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
    s->waits = false;
    for (size_t i = 0; i < PENDING_MAX; i++)
        s->pending[i].stale = true;
    if (server) {
        s->message = s->behind_content = false;
        return;
    }
    /* Of a name that was cut nobody is told. */
    if (s->open && s->wants_user) s->open->command = FREE;
    s->line_begun = s->authenticates = s->wants_user = false;
    s->open = NULL;
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
