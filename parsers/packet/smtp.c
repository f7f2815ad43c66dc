/*
 * SMTP (RFC 5321): who logs on and how it ends, and messages: the envelope and the headers.
 *
 * Replies answer commands in their order, however many were sent ahead. Behind a command whose
 * reply decides what comes next (AUTH, DATA, STARTTLS, the end of a message) the client is heard no
 * further until that reply has come, and no other. A message begins only where the server asked for
 * it (354, or BDAT), so that a MAIL FROM in a body is none, and is told when the server has taken
 * it; where the server is not heard, DATA is taken at its word. It ends at CRLF "." CRLF, and at no
 * bare LF.
 */
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"
#include "parsers/packet/pending.h"
#include "parsers/packet/smtp_message.h"

enum { LINE_MAX = 12288 };

typedef enum command {
    NONE,
    OTHER,
    MAIL,
    RECIPIENT,
    DATA,
    CHUNK,
    CONTENT, /* what ends a message: its dot, its last chunk */
    AUTH,
    START_TLS
} command;
typedef enum phase { COMMANDS, TEXT, OCTETS } phase;

typedef struct state {
    phase phase;
    tc_pending pending;
    bool greeted;    /* the server has said something */
    bool waits;      /* for the reply to what the client sent last */
    bool mechanised; /* AUTH goes on: the next line is an answer to a challenge */
    bool line_begun; /* in TEXT: the line at the front began before */
    bool guessed;    /* ... that it is the text: the server's word was lost */
    bool torn;       /* ... some of which was lost */
    bool last_chunk;
    bool many;         /* LMTP: the end of a message has a reply for each recipient */
    uint32_t accepted; /* recipients */
    uint64_t left;     /* octets of a chunk */
    tc_sasl sasl;
    tc_smtp_message message;
} state;

static void expect(state *s, command c)
{
    tc_pending_add(&s->pending, (uint8_t)c);
}

/* As `expect`, and the client goes on behind the reply. */
static void await(tc_dialogue *d, state *s, command c)
{
    expect(s, c);
    s->waits = d->heard[1];
}

/* Replies to what was said of it are of no message any more. */
static void forget_message(state *s)
{
    tc_pending_rename(&s->pending, MAIL, OTHER);
    tc_pending_rename(&s->pending, RECIPIENT, OTHER);
    s->accepted = 0;
    tc_smtp_message_forget(&s->message);
}

/* -- messages ------------------------------------------------------------------------------- */

static void begin_text(state *s)
{
    s->phase = TEXT;
    s->line_begun = s->torn = s->guessed = false;
    tc_smtp_message_begin(&s->message);
}

/* The end of a message, whose first reply is expected. */
static void end_message(tc_dialogue *d, state *s)
{
    s->phase = COMMANDS;
    s->message.complete = true;
    s->waits = d->heard[1];
    for (uint32_t i = 1; s->waits && s->many && i < s->accepted; i++)
        expect(s, CONTENT);
    if (!s->waits) tc_smtp_message_tell(d, &s->message);
}

static size_t take_text(tc_dialogue *d, state *s, tc_slice bytes)
{
    size_t end = tc_slice_find(tc_slice_sub(bytes, 0, LINE_MAX), '\n');
    if (end == TC_NPOS) {
        /* A line that never ends is not looked at, but passed over. */
        if (bytes.len < LINE_MAX) return 0;
        s->line_begun = true;
        return bytes.ptr[LINE_MAX - 1] == '\r' ? LINE_MAX - 1 : LINE_MAX;
    }
    bool crlf = end > 0 && bytes.ptr[end - 1] == '\r';
    tc_slice line = tc_slice_sub(bytes, 0, end - (crlf ? 1 : 0));
    bool whole = !s->line_begun;
    s->line_begun = false;
    if (whole && crlf && tc_slice_equal(line, TC_LIT("."))) {
        expect(s, CONTENT);
        end_message(d, s);
        return end + 1;
    }
    if (line.len > 1 && line.ptr[0] == '.') line = tc_octets_from(line, 1);
    if (whole) tc_smtp_message_line(&s->message, line);
    return end + 1;
}

/* Where the reply to DATA was lost: a message begins with a header, and else it was refused. */
static void check_guess(state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (!tc_dialogue_line(tc_slice_sub(bytes, 0, LINE_MAX), &line, &length)) return;
    size_t colon = tc_slice_find(line, ':');
    s->guessed = false;
    if (colon != TC_NPOS && tc_slice_find(line, ' ') > colon) return;
    s->phase = COMMANDS;
    s->message.open = false;
}

/* Octets of a chunk: lines, and pieces of lines where the chunk begins and ends. */
static size_t take_octets(tc_dialogue *d, state *s, tc_slice bytes)
{
    size_t n = (size_t)TC_MIN(s->left, (uint64_t)bytes.len);
    tc_slice line, rest = tc_slice_sub(bytes, 0, n);
    size_t length, done = 0;
    bool ends;
    while ((ends = tc_dialogue_line_within(rest, LINE_MAX, &line, &length)) || length > 0) {
        tc_smtp_message_piece(&s->message, ends ? line : tc_slice_sub(rest, 0, length), ends);
        done += length;
        rest = tc_octets_from(rest, length);
    }
    if (n == s->left) {
        tc_smtp_message_piece(&s->message, rest, s->last_chunk);
        done = n;
    }
    s->left -= done;
    if (s->left > 0) return done;
    s->phase = COMMANDS;
    if (s->last_chunk) end_message(d, s);
    return done;
}

/* -- commands ------------------------------------------------------------------------------- */

/* The path in "FROM:<a@b> SIZE=1". */
static tc_slice path_of(tc_slice line)
{
    tc_slice rest;
    size_t from = tc_slice_find(line, '<');
    if (from != TC_NPOS) return tc_slice_split(tc_octets_from(line, from + 1), '>', &rest);
    size_t colon = tc_slice_find(line, ':');
    tc_slice text = colon == TC_NPOS ? TC_EMPTY_SLICE : tc_octets_from(line, colon + 1);
    return tc_slice_split(tc_slice_trim(text), ' ', &rest);
}

/* "BDAT 1234 LAST" */
static void take_chunk(state *s, tc_slice arguments)
{
    tc_slice rest;
    uint64_t length = 0;
    bool number = tc_slice_to_u64(tc_slice_split(arguments, ' ', &rest), &length);
    s->last_chunk = tc_slice_starts_ascii(tc_slice_trim(rest), TC_LIT("LAST"));
    expect(s, !number ? OTHER : s->last_chunk ? CONTENT : CHUNK);
    if (!number) return;
    if (!s->message.open) tc_smtp_message_begin(&s->message);
    s->left = length;
    s->phase = OCTETS;
}

static void take_auth(tc_dialogue *d, state *s, tc_slice arguments)
{
    tc_slice initial;
    tc_slice mechanism = tc_slice_split(arguments, ' ', &initial);
    tc_sasl_begin(&s->sasl, mechanism);
    /* Two that were sent before the server was heard: whose the replies are is not known. */
    if (tc_pending_has(&s->pending, AUTH))
        tc_sasl_anonymous(&s->sasl);
    else if (initial.len > 0)
        tc_sasl_take(&s->sasl, initial);
    s->mechanised = false;
    await(d, s, AUTH);
}

static bool is_verb(tc_slice verb, const char *name)
{
    return tc_slice_equal_ascii(verb, tc_slice_of(name));
}

static void take_mail(state *s, tc_slice line)
{
    forget_message(s);
    tc_smtp_message_from(&s->message, path_of(line));
    expect(s, MAIL);
}

static void take_data(tc_dialogue *d, state *s)
{
    await(d, s, DATA);
    if (!s->waits) begin_text(s);
}

static void take_command(tc_dialogue *d, state *s, tc_slice line)
{
    tc_slice arguments, verb = tc_slice_split(line, ' ', &arguments);
    arguments = tc_slice_trim(arguments);
    if (is_verb(verb, "MAIL")) {
        take_mail(s, line);
    } else if (is_verb(verb, "RCPT")) {
        tc_smtp_message_to(&s->message, path_of(line));
        expect(s, RECIPIENT);
    } else if (is_verb(verb, "DATA")) {
        take_data(d, s);
    } else if (is_verb(verb, "BDAT")) {
        take_chunk(s, arguments);
    } else if (is_verb(verb, "AUTH") || is_verb(verb, "X-EXPS")) {
        take_auth(d, s, arguments);
    } else if (is_verb(verb, "STARTTLS") || is_verb(verb, "X-ANONYMOUSTLS")) {
        await(d, s, START_TLS);
    } else {
        s->many |= is_verb(verb, "LHLO");
        if (is_verb(verb, "RSET")) forget_message(s);
        expect(s, OTHER);
    }
}

static void take_response(tc_dialogue *d, state *s, tc_slice line)
{
    tc_sasl_take(&s->sasl, line);
    s->mechanised = false;
    s->waits = d->heard[1];
}

static size_t take_line(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (s->waits || (d->heard[1] && tc_pending_full(&s->pending))) return 0;
    if (bytes.len >= 2 && bytes.ptr[0] == 0x16 && bytes.ptr[1] == 3) {
        d->next = &tc_wire_tls;
        d->started = "smtp";
        return 0;
    }
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    if (s->mechanised)
        take_response(d, s, line);
    else
        take_command(d, s, line);
    if (s->phase == OCTETS && s->left == 0) (void)take_octets(d, s, TC_EMPTY_SLICE);
    return length;
}

static size_t take_client(tc_dialogue *d, state *s, tc_slice bytes)
{
    if (s->guessed) check_guess(s, bytes);
    if (s->phase == TEXT) return take_text(d, s, bytes);
    if (s->phase == OCTETS) return take_octets(d, s, bytes);
    return take_line(d, s, bytes);
}

/* -- replies -------------------------------------------------------------------------------- */

/* Only 235 and 535 speak of the name and the password (RFC 4954, 6), besides the enhanced code;
 * others say that nobody gets in so, or now. */
static void settle_auth(tc_dialogue *d, state *s, unsigned code, tc_slice text)
{
    s->mechanised = code == 334;
    if (code == 334) {
        /* What was sent before the server was heard, and taken for commands, were responses. */
        if (s->pending.count > 1) tc_sasl_anonymous(&s->sasl);
        tc_pending_keep_first(&s->pending);
        tc_sasl_prompt(&s->sasl, text);
        return;
    }
    bool refused = code == 535 || tc_slice_starts(text, TC_LIT("5.7.8 "));
    if (code == 235 || refused)
        tc_deed_logon(d, "smtp", s->sasl.mechanism, tc_slice_of(s->sasl.user),
                      refused ? TC_OUTCOME_FAILURE : TC_OUTCOME_SUCCESS);
}

static void settle_content(tc_dialogue *d, state *s, unsigned code)
{
    if (code / 100 == 2)
        tc_smtp_message_tell(d, &s->message);
    else if (s->pending.count == 0)
        forget_message(s);
}

static void settle(tc_dialogue *d, state *s, command c, unsigned code, tc_slice text)
{
    if (c == AUTH) settle_auth(d, s, code, text);
    if (c == DATA && code == 354) begin_text(s);
    if (c == START_TLS && code == 220) {
        d->next = &tc_wire_tls;
        d->started = "smtp";
    }
    if ((c == MAIL || c == CHUNK) && code >= 400) forget_message(s);
    if (c == RECIPIENT) {
        bool accepted = code / 10 == 25;
        s->accepted += accepted;
        tc_smtp_message_answer(&s->message, accepted);
    }
    if (c == CONTENT) settle_content(d, s, code);
}

/* The reply to the oldest command; where that lets the client go on, it is the client's turn. */
static void take_reply(tc_dialogue *d, state *s, unsigned code, tc_slice text)
{
    command last = (command)tc_pending_last(&s->pending);
    /* These answer nothing else, whatever became of the replies before. */
    if (s->waits &&
        ((last == DATA && code == 354) || (last == AUTH && (code == 334 || code == 235))))
        tc_pending_keep_last(&s->pending);
    command c = (command)tc_pending_first(&s->pending);
    bool released = s->waits && s->pending.count == 1;
    d->yields = released || tc_pending_full(&s->pending);
    if (released) s->waits = false;
    if (c != AUTH || code != 334) tc_pending_answered(&s->pending);
    settle(d, s, c, code, text);
}

/* The client has not said all yet that this answers. */
static bool is_early(const tc_dialogue *d, const state *s)
{
    if (!d->heard[0]) return false;
    return (s->phase == TEXT && !s->torn && s->pending.count == 0) ||
           (s->phase == OCTETS && tc_pending_first(&s->pending) == CONTENT);
}

/* "250-first", "250 last" */
static size_t take_server(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    uint64_t code = 0;
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    if (line.len < 3 || !tc_slice_to_u64(tc_slice_sub(line, 0, 3), &code)) return length;
    if (line.len > 3 && line.ptr[3] == '-') return length;
    if (is_early(d, s)) return 0;
    /* Commands may be there before the greeting, which answers none of them. */
    bool greeting = !s->greeted && code == 220 && tc_pending_first(&s->pending) != START_TLS;
    s->greeted = true;
    if (greeting) return length;
    if (s->phase == TEXT && s->pending.count == 0) { /* its end was lost */
        expect(s, CONTENT);
        end_message(d, s);
    }
    if (s->pending.count > 0)
        take_reply(d, s, (unsigned)code, tc_slice_trim(tc_octets_from(line, 4)));
    return length;
}

static size_t take(tc_dialogue *d, bool server, tc_slice bytes)
{
    return server ? take_server(d, d->state, bytes) : take_client(d, d->state, bytes);
}

/* Behind a loss commands and replies no longer go together: both begin anew. */
static void lost(tc_dialogue *d, bool server, uint64_t bytes)
{
    state *s = d->state;
    bool text = s->waits && tc_pending_last(&s->pending) == DATA;
    (void)bytes;
    if (s->message.complete) tc_smtp_message_tell(d, &s->message);
    s->waits = s->mechanised = false;
    s->greeted |= server;
    tc_pending_clear(&s->pending);
    if (server) {
        tc_smtp_message_presume(&s->message);
        if (text) begin_text(s);
        s->guessed = text;
        return;
    }
    s->line_begun = s->torn = true;
    if (s->phase == TEXT) return;
    s->phase = COMMANDS;
    forget_message(s);
}

/* Of a message that was sent whole it may be that only the reply was not captured. */
static void end(tc_dialogue *d)
{
    state *s = d->state;
    if (s->message.complete) tc_smtp_message_tell(d, &s->message);
}

static bool probe(tc_slice client, tc_slice server)
{
    return tc_slice_starts_ascii(client, TC_LIT("EHLO ")) ||
           tc_slice_starts_ascii(client, TC_LIT("HELO ")) ||
           (tc_slice_starts(server, TC_LIT("220")) &&
            tc_slice_search_ascii(tc_slice_sub(server, 0, 512), TC_LIT("SMTP")) != TC_NPOS);
}

const tc_wire_protocol tc_wire_smtp = {
    .name = "smtp",
    .ports = {25, 587, 2525, 2526},
    .state_size = sizeof(state),
    .probe = probe,
    .take = take,
    .lost = lost,
    .end = end,
};
