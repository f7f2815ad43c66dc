/*
 * SMTP (RFC 5321): who logs on and how it ends, and messages: the envelope and the headers.
 *
 * Replies answer commands in their order, however many were sent ahead. A message begins only where
 * the server asked for it (354, or BDAT), so that a MAIL FROM in a body is none; where the server
 * is not heard, DATA is taken at its word. It ends at CRLF "." CRLF, and at no bare LF.
 */
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

#include "parsers/base/alloc.h"

enum { PENDING_MAX = 128, LINE_MAX = 12288, RECIPIENTS_MAX = 2048 };

typedef enum command {
    OTHER,
    GREETING,
    MAIL,
    RECIPIENT,
    DATA,
    CONTENT,
    CHUNK,
    AUTH,
    START_TLS,
    RESET
} command;
typedef enum phase { COMMANDS, TEXT, OCTETS } phase;

typedef struct state {
    phase phase;
    uint8_t pending[PENDING_MAX]; /* commands without a reply, a ring */
    size_t oldest, count;
    bool waits;      /* for the reply to what the client sent last */
    bool mechanised; /* AUTH goes on: the next line is an answer to a challenge */
    bool has_path;
    bool line_begun; /* in TEXT: the line at the front began before */
    bool last_chunk;
    bool message_open;
    uint64_t left; /* octets of a chunk */
    tc_sasl sasl;
    char path[512];
    char recipients[RECIPIENTS_MAX];
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

static void forget_message(state *s)
{
    s->has_path = s->message_open = false;
    s->path[0] = s->recipients[0] = '\0';
    tc_mail_begin(&s->mail);
}

/* -- messages ------------------------------------------------------------------------------- */

static void tell_message(tc_dialogue *d, state *s)
{
    const tc_deed_message message = {.source = "SMTP",
                                     .event = "RECEIVE",
                                     .return_path = tc_slice_of(s->path),
                                     .has_return_path = s->has_path,
                                     .recipients = tc_slice_of(s->recipients)};
    if (s->message_open) tc_deed_mail(d, &message, &s->mail);
    forget_message(s);
}

/* One line of the content, up to and with its LF. */
static void content_line(state *s, tc_slice line, bool stuffed)
{
    if (stuffed && line.len > 1 && line.ptr[0] == '.') line = tc_octets_from(line, 1);
    tc_mail_line(&s->mail, line);
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
        s->phase = COMMANDS;
        tell_message(d, s);
        return end + 1;
    }
    if (whole) content_line(s, line, true);
    return end + 1;
}

/* Octets of a chunk: lines as far as they are whole. */
static size_t take_octets(tc_dialogue *d, state *s, tc_slice bytes)
{
    size_t n = (size_t)TC_MIN(s->left, (uint64_t)bytes.len);
    tc_slice line, rest = tc_slice_sub(bytes, 0, n);
    size_t length, done = 0;
    bool ends;
    while ((ends = tc_dialogue_line_within(rest, LINE_MAX, &line, &length)) || length > 0) {
        /* Of a line that is too long its beginning is enough. */
        if (!s->line_begun) content_line(s, ends ? line : tc_slice_sub(rest, 0, length), false);
        s->line_begun = !ends;
        done += length;
        rest = tc_octets_from(rest, length);
    }
    bool complete = n == s->left;
    if (rest.len > 0 && complete) {
        /* The rest of a line: of the last chunk it is one, else its beginning is enough. */
        if (!s->line_begun) content_line(s, rest, false);
        s->line_begun = !s->last_chunk;
        done = n;
    }
    s->left -= done;
    if (s->left > 0) return done;
    s->phase = COMMANDS;
    if (s->last_chunk) tell_message(d, s);
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

static void take_recipient(state *s, tc_slice line)
{
    size_t have = strlen(s->recipients);
    tc_slice path = path_of(line);
    if (have + path.len + 2 > sizeof s->recipients) return;
    if (have > 0) s->recipients[have++] = ';';
    tc_copy_text(s->recipients + have, sizeof s->recipients - have, path);
    expect(s, RECIPIENT);
}

static void begin_content(state *s)
{
    s->message_open = true;
    s->line_begun = false;
    tc_mail_begin(&s->mail);
}

static void take_data(tc_dialogue *d, state *s)
{
    expect(s, DATA);
    s->waits = d->heard[1];
    if (s->waits) return;
    begin_content(s);
    s->phase = TEXT;
}

/* "BDAT 1234 LAST" */
static void take_chunk(state *s, tc_slice arguments)
{
    tc_slice rest;
    uint64_t length = 0;
    bool number = tc_slice_to_u64(tc_slice_split(arguments, ' ', &rest), &length);
    expect(s, CHUNK);
    if (!number) return;
    if (!s->message_open) begin_content(s);
    s->left = length;
    s->last_chunk = tc_slice_starts_ascii(tc_slice_trim(rest), TC_LIT("LAST"));
    s->phase = OCTETS;
}

static void take_auth(tc_dialogue *d, state *s, tc_slice arguments)
{
    tc_slice initial;
    tc_slice mechanism = tc_slice_split(arguments, ' ', &initial);
    tc_sasl_begin(&s->sasl, mechanism);
    if (initial.len > 0) tc_sasl_take(&s->sasl, initial);
    s->mechanised = false;
    expect(s, AUTH);
    s->waits = d->heard[1];
}

static bool is_verb(tc_slice verb, const char *name)
{
    return tc_slice_equal_ascii(verb, tc_slice_of(name));
}

static void take_command(tc_dialogue *d, state *s, tc_slice line)
{
    tc_slice arguments, verb = tc_slice_split(line, ' ', &arguments);
    arguments = tc_slice_trim(arguments);
    if (is_verb(verb, "MAIL")) {
        forget_message(s);
        s->has_path = true;
        tc_copy_text(s->path, sizeof s->path, path_of(line));
        expect(s, MAIL);
    } else if (is_verb(verb, "RCPT")) {
        take_recipient(s, line);
    } else if (is_verb(verb, "DATA")) {
        take_data(d, s);
    } else if (is_verb(verb, "BDAT")) {
        take_chunk(s, arguments);
    } else if (is_verb(verb, "AUTH") || is_verb(verb, "X-EXPS")) {
        take_auth(d, s, arguments);
    } else if (is_verb(verb, "STARTTLS") || is_verb(verb, "X-ANONYMOUSTLS")) {
        expect(s, START_TLS);
        s->waits = d->heard[1];
    } else {
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

static size_t take_client(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    if (s->phase == TEXT) return take_text(d, s, bytes);
    if (s->phase == OCTETS && s->left > 0) return take_octets(d, s, bytes);
    if (s->phase == OCTETS) (void)take_octets(d, s, TC_EMPTY_SLICE);
    if (s->waits) return 0;
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

/* -- replies -------------------------------------------------------------------------------- */

static void settle_auth(tc_dialogue *d, state *s, unsigned code)
{
    if (code == 334) {
        s->mechanised = true;
        return;
    }
    s->mechanised = false;
    tc_outcome outcome = code == 235 ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE;
    if (code != 503)
        tc_deed_logon(d, "smtp", s->sasl.mechanism, tc_slice_of(s->sasl.user), outcome);
}

static void settle(tc_dialogue *d, state *s, command c, unsigned code)
{
    if (c == AUTH) settle_auth(d, s, code);
    if (c == DATA && code == 354) {
        begin_content(s);
        s->phase = TEXT;
        expect(s, CONTENT);
    }
    if (c == START_TLS && code == 220) {
        d->next = &tc_wire_tls;
        d->started = "smtp";
    }
    if (c == MAIL && code >= 500) forget_message(s);
}

/* "250-first", "250 last" */
static size_t take_server(tc_dialogue *d, state *s, tc_slice bytes)
{
    tc_slice line;
    size_t length;
    uint64_t code = 0;
    if (!tc_dialogue_line_within(bytes, LINE_MAX, &line, &length)) return length;
    if (line.len < 3 || !tc_slice_to_u64(tc_slice_sub(line, 0, 3), &code)) return length;
    if ((line.len > 3 && line.ptr[3] == '-') || s->count == 0) return length;
    command c = (command)s->pending[s->oldest];
    bool goes_on = c == AUTH && code == 334;
    if (!goes_on) {
        s->oldest = (s->oldest + 1) % PENDING_MAX;
        s->count--;
    }
    settle(d, s, c, (unsigned)code);
    s->waits = false;
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
    (void)bytes;
    s->waits = s->mechanised = false;
    s->count = 0;
    if (server) return;
    s->line_begun = true;
    if (s->phase == TEXT) return;
    s->phase = COMMANDS;
    forget_message(s);
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
};
