#include "parsers/packet/mail.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

void tc_mail_begin(tc_mail *mail)
{
    *mail = (tc_mail){.body = false};
}

typedef struct header {
    const char *name;
    size_t at, size;
} header;
#define HEADER(name, field)                                                                        \
    {                                                                                              \
        name, offsetof(tc_mail, field), sizeof(((tc_mail *)0)->field)                              \
    }

static const header headers[] = {
    HEADER("Subject", subject),
    HEADER("From", from),
    HEADER("To", to),
    HEADER("Message-ID", message_id),
    HEADER("Content-Language", language),
    HEADER("Auto-Submitted", automatic),
    HEADER("Precedence", precedence),
    HEADER("Content-Type", type),
    HEADER("X-Auto-Response-Suppress", suppress),
};
static const header reported[] = {HEADER("Final-Recipient", recipient), HEADER("Action", action),
                                  HEADER("Status", status)};

/* Begins a header of the table, if it is one and the first of its name. */
static void begin_header(tc_mail *m, const header *table, size_t count, tc_slice line)
{
    size_t colon = tc_slice_find(line, ':');
    m->open = NULL;
    if (colon == TC_NPOS) return;
    tc_slice name = tc_slice_trim(tc_slice_sub(line, 0, colon));
    for (size_t i = 0; i < count; i++) {
        char *field = (char *)m + table[i].at;
        if (!tc_slice_equal_ascii(name, tc_slice_of(table[i].name)) || field[0] != '\0') continue;
        m->open = field;
        m->open_size = table[i].size;
        tc_copy_text(field, m->open_size, tc_slice_trim(tc_octets_from(line, colon + 1)));
        return;
    }
}

static void go_on(tc_mail *m, tc_slice line)
{
    size_t have = m->open ? strlen(m->open) : 0;
    if (!m->open || have + 2 > m->open_size) return;
    m->open[have] = ' ';
    tc_copy_text(m->open + have + 1, m->open_size - have - 1, tc_slice_trim(line));
}

/* RFC 3464, and RFC 6533 for addresses that are not in ASCII. */
static bool is_report(tc_slice line)
{
    return tc_slice_search_ascii(line, TC_LIT("message/delivery-status")) != TC_NPOS ||
           tc_slice_search_ascii(line, TC_LIT("message/global-delivery-status")) != TC_NPOS;
}

static void body_line(tc_mail *m, tc_slice line)
{
    bool goes_on = m->part_type && line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
    bool begins = tc_slice_starts_ascii(line, TC_LIT("Content-Type:"));
    m->part_type = begins || goes_on;
    if (begins) m->report = false;
    if (m->part_type) m->report |= is_report(line);
    if (m->part_type || line.len == 0) return;
    if (tc_slice_starts(line, TC_LIT("--"))) m->report = false;
    if (m->report) begin_header(m, reported, TC_COUNT_OF(reported), line);
}

void tc_mail_line(tc_mail *mail, tc_slice line)
{
    if (mail->body) {
        body_line(mail, line);
    } else if (line.len == 0) {
        mail->body = true;
        mail->open = NULL;
    } else if (line.ptr[0] == ' ' || line.ptr[0] == '\t') {
        go_on(mail, line);
    } else {
        begin_header(mail, headers, TC_COUNT_OF(headers), line);
    }
}

void tc_mail_subject(const tc_mail *mail, char *out, size_t size, char *language, size_t room)
{
    tc_mail_decode(tc_slice_of(mail->subject), out, size, language, room);
}

tc_slice tc_mail_address(tc_slice text)
{
    size_t from = tc_slice_rfind(text, '<');
    if (from == TC_NPOS) return tc_slice_trim(text);
    tc_slice rest, inner = tc_octets_from(text, from + 1);
    return tc_slice_trim(tc_slice_split(inner, '>', &rest));
}
