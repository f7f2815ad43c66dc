/* Logs of mail servers whose records are lines. */
#include "parsers/mail/mail_log.h"

#include "parsers/text/carried.h"
#include "parsers/text/lines.h"

#define SCRATCH_MAX ((size_t)1 << 20)
#define PROBE_LINES 2000

static bool goes_on(const tc_parser *self, tc_slice line);

/* -- frame ----------------------------------------------------------------------------------- */

/* The calendar behind the lines of a block. */
static void pass(tc_mail_calendar *calendar, tc_slice block, size_t record_max)
{
    tc_lines lines = {.block = block};
    tc_mail_stamp stamp;
    tc_slice rest;
    bool new;
    while (tc_lines_next(&lines)) {
        if (lines.text.len > record_max) continue;
        (void)tc_mail_line_stamp(lines.text, calendar, &stamp, &rest, &new);
    }
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    tc_lines_frame(&own->skipping, bytes, last, options->record_max, ret);
    if (ret->length > 0 && !ret->rejected)
        pass(&own->calendar, tc_slice_sub(bytes, 0, ret->length), options->record_max);
    return TC_SUCCESS;
}

/* -- parse ----------------------------------------------------------------------------------- */

typedef struct walk {
    const tc_parser *self;
    const tc_mail_carry *carry;
    const tc_parse_options *options;
    tc_mail_calendar calendar;
    tc_arena *arena;
    tc_ledger *ledger;
    const tc_sink *sink;
} walk;

static tc_reason refusal_of(walk *w, tc_slice text, tc_mail_line *line)
{
    if (text.len > w->options->record_max) return TC_REASON_OVERSIZE;
    if (text.ptr[0] == 0) return TC_REASON_NUL_BYTES;
    /* All read the same: one of them is enough. */
    if (w->carry->inside && w->self != &tc_parser_mail_log) return TC_REASON_NOT_EVENT;
    if (!tc_mail_line_read(text, &w->calendar, line)) return TC_REASON_NOT_EVENT;
    bool stranger = line->server == TC_MAIL_SERVERS;
    bool refused = stranger && w->carry->inside && !w->options->strangers;
    if (stranger && !w->carry->inside)
        refused = tc_looks_carried(line->reading.field[TC_MAIL_MESSAGE]);
    return refused ? TC_REASON_NOT_EVENT : TC_REASON_COUNT;
}

static TC_STATUS refuse(walk *w, const tc_lines *lines, tc_place place, tc_reason reason)
{
    uint64_t length = lines->next - lines->at;
    if (reason == TC_REASON_NOT_EVENT && goes_on(w->self, lines->text) && !w->carry->inside) {
        w->ledger->bytes.parsed += length;
        return TC_SUCCESS;
    }
    w->ledger->records.rejected[reason]++;
    tc_ledger_reject(w->ledger, tc_slice_sub(lines->block, lines->at, length));
    if (w->sink->reject) w->sink->reject(w->sink->context, reason, place, lines->text);
    return TC_SUCCESS;
}

static TC_STATUS take_line(walk *w, const tc_lines *lines, uint64_t record)
{
    tc_mail_line line;
    tc_place place = {lines->at, lines->text.len, record};
    tc_reason reason = refusal_of(w, lines->text, &line);
    if (reason != TC_REASON_COUNT) return refuse(w, lines, place, reason);
    w->ledger->records.accepted++;
    w->ledger->bytes.parsed += lines->next - lines->at;
    bool zone_given = w->options->zone_offset_ns != 0;
    if (w->options->sent != 0 && w->options->sent_at_once && !zone_given)
        tc_mail_stamp_settle(&line.stamp, w->options->sent);
    tc_time time = line.stamp.time;
    if (!line.stamp.zoned) time = tc_time_sub(time, w->options->zone_offset_ns);
    const tc_mail_record told = {.self = w->self,
                                 .carry = w->carry,
                                 .options = w->options,
                                 .arena = w->arena,
                                 .server = line.server,
                                 .reading = &line.reading,
                                 .time = time,
                                 .place = place,
                                 .raw = lines->text};
    return tc_mail_deliver(&told, w->sink);
}

/* Lines that are no record: blank, remarks, and what journalctl says of itself. */
static bool is_no_record(walk *w, const tc_lines *lines)
{
    uint64_t length = lines->next - lines->at;
    if (lines->text.len > w->options->record_max) return false;
    if (tc_slice_trim(lines->text).len == 0) {
        w->ledger->records.blank++;
        w->ledger->bytes.blank += length;
        return true;
    }
    bool remark = lines->text.ptr[0] == '#' || tc_slice_starts(lines->text, TC_LIT("-- "));
    if (remark && !w->carry->inside) {
        w->ledger->records.header++;
        w->ledger->bytes.header += length;
        return true;
    }
    return false;
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    const tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    walk w = {self, own, options, own->calendar, arena, ledger, sink};
    if (options->sent != 0) w.calendar = tc_mail_calendar_new(options->sent, false);
    if (own->failed != TC_OK) return (tc_status){own->failed};
    tc_lines lines = {.block = block};
    tc_arena_mark mark = tc_arena_save(arena);
    for (uint64_t record = 0; tc_lines_next(&lines); record++) {
        if (is_no_record(&w, &lines)) continue;
        TC_TRY(take_line(&w, &lines, record));
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

/* -- samples --------------------------------------------------------------------------------- */

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    const tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    /* Where these bytes stand is not known: the year is the latest that it can be. */
    tc_mail_calendar calendar = tc_mail_calendar_new(options->newest, false);
    tc_lines lines = {.block = bytes};
    (void)self;
    if (own->failed != TC_OK) return false;
    while (tc_lines_next(&lines)) {
        tc_mail_line line;
        if (lines.text.len == 0 || lines.text.len > options->record_max) continue;
        if (!tc_mail_line_read(lines.text, &calendar, &line)) continue;
        *ret = line.stamp.zoned ? line.stamp.time
                                : tc_time_sub(line.stamp.time, options->zone_offset_ns);
        return true;
    }
    return false;
}

/* How many lines of a head are of servers of each home. */
typedef struct census {
    size_t lines, opened;
    size_t of[TC_MAIL_HOMES];
} census;

static void count(const tc_lines *lines, tc_mail_calendar *calendar, census *c)
{
    tc_mail_line line;
    tc_slice text = lines->text;
    if (text.len == 0 || text.ptr[0] == '#' || text.ptr[0] == ' ' || text.ptr[0] == '\t') return;
    c->lines++;
    if (!tc_mail_line_read(text, calendar, &line)) return;
    c->opened++;
    if (line.server < TC_MAIL_SERVERS) c->of[tc_mail_servers[line.server]->home]++;
}

/* A stranger's line in four, or nothing but the mail of somebody else's server: no such log. */
static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    tc_lines lines = {.block = head};
    tc_mail_calendar calendar = tc_mail_calendar_new(0, false);
    census c = {.lines = 0};
    size_t best = 0;
    (void)name;
    while (c.lines < PROBE_LINES && tc_lines_next(&lines)) {
        bool cut = !lines.ended && c.lines > 0; /* the head ends inside it */
        if (!cut) count(&lines, &calendar, &c);
    }
    for (size_t i = 1; i < TC_MAIL_HOMES; i++)
        if (c.of[i] > c.of[best]) best = i;
    if (c.of[best] == 0 || tc_mail_home_parser((tc_mail_home)best) != self) return 0;
    if (4 * c.opened < c.lines) return 0;
    return c.opened == c.lines ? 84 : 60;
}

/* -- the formats ----------------------------------------------------------------------------- */

/* Zimbra writes a stack below a record. */
static bool goes_on(const tc_parser *self, tc_slice line)
{
    bool dated = line.ptr[0] >= '0' && line.ptr[0] <= '9';
    return self == &tc_parser_zimbra_log && !dated;
}

#define LINES                                                                                      \
    .unit_of_loss = "one line", .order = TC_ORDER_WRITTEN, .lateness_ns = TC_HOUR,                 \
    .first = "<[@0123456789ADFJMNOS", .probe = probe, .begin = tc_mail_log_begin, .frame = frame,  \
    .parse = parse, .sample_time = sample_time, .identity = tc_mail_identity,                      \
    .carry_visit = tc_mail_carry_visit, .carry_version = 1

const tc_parser tc_parser_mail_log = {
    .name = "mail-log",
    .summary = "mail.log: Postfix, Dovecot, Cyrus, Courier, Exim, Sendmail",
    .spec = "RFC 3164, RFC 5424; the servers' own documentation of their logs",
    .gives = TC_MAIL_GIVES_LOGONS,
    .evidence = TC_EVIDENCE_LOGONS,
    .takes_strangers = true,
    LINES,
};

const tc_parser tc_parser_webmail_log = {
    .name = "webmail-log",
    .summary = "logs of Roundcube, SOGo and Horde",
    .spec = "Roundcube: log_logins; SOGo: sogo.log; Horde: Horde_Log",
    .gives = "logons to webmail",
    .evidence = TC_EVIDENCE_LOGONS | TC_EVIDENCE_WEBMAIL,
    LINES,
};

const tc_parser tc_parser_zimbra_log = {
    .name = "zimbra-log",
    .summary = "Zimbra's audit.log and mailbox.log",
    .spec = "Zimbra Collaboration: Log Files",
    .gives = "logons, webmail, passwords",
    .evidence = TC_EVIDENCE_LOGONS | TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_PASSWORDS,
    LINES,
};

const tc_parser tc_parser_windows_syslog = {
    .name = "windows-syslog",
    .summary = "Windows events in syslog, as text (NXLog, evtsys)",
    .spec = "NXLog: xm_syslog, to_syslog_bsd and to_syslog_ietf",
    .gives = "logons, passwords, account changes",
    .evidence = TC_WINDOWS_EVIDENCE,
    .show = tc_windows_show,
    LINES,
};

const tc_parser tc_parser_system_passwords = {
    .name = "system-passwords",
    .summary = "passwords set on a mail server itself (auth.log)",
    .spec = "Linux-PAM: pam_unix; shadow",
    .gives = "passwords that were set",
    .evidence = TC_EVIDENCE_PASSWORDS,
    LINES,
};
