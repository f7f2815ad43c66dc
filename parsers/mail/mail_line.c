#include "parsers/mail/mail_line.h"

#include "parsers/mail/mail_carried.h"
#include "parsers/text/structured_data.h"

#define TAG_MAX 96

static bool is_tag_byte(uint8_t c)
{
    return tc_is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 26 || c == '-' || c == '_' || c == '.' ||
           c == '/';
}

static tc_slice behind(tc_slice s, size_t n)
{
    return tc_slice_sub(s, n, TC_NPOS);
}

static tc_slice or_nothing(tc_slice word)
{
    return tc_slice_equal(word, TC_LIT("-")) ? TC_EMPTY_SLICE : word;
}

size_t tc_mail_line_head(tc_slice line, bool *ret_new)
{
    size_t n = 1;
    *ret_new = false;
    if (line.len < 4 || line.ptr[0] != '<') return 0;
    while (n < 4 && tc_is_digit(line.ptr[n]))
        n++;
    if (n == 1 || n == line.len || line.ptr[n] != '>') return 0;
    n++;
    *ret_new = line.len > n + 1 && line.ptr[n] == '1' && line.ptr[n + 1] == ' ';
    return *ret_new ? n + 2 : n;
}

static size_t tag_length(tc_slice s, size_t from)
{
    size_t n = from;
    while (n < s.len && n < from + TAG_MAX && is_tag_byte(s.ptr[n]))
        n++;
    return n - from;
}

/* "[123]" at `at`, a blank before it perhaps; false if it does not end. */
static bool take_pid(tc_slice s, size_t *at, tc_slice *ret_pid)
{
    size_t n = *at;
    *ret_pid = TC_EMPTY_SLICE;
    if (n + 1 < s.len && s.ptr[n] == ' ' && s.ptr[n + 1] == '[') n++;
    if (n == s.len || s.ptr[n] != '[') return true;
    size_t length = tag_length(s, n + 1);
    *ret_pid = tc_slice_sub(s, n + 1, length);
    *at = n + length + 2;
    return *at <= s.len && s.ptr[*at - 1] == ']';
}

/* "postfix/smtpd[123]: " or "sogod [123]: " at the beginning of *s; false if there is no tag. */
static bool take_tag(tc_slice *s, tc_slice *ret_program, tc_slice *ret_pid)
{
    size_t name = tag_length(*s, 0), n = name;
    if (name == 0 || !take_pid(*s, &n, ret_pid)) return false;
    if (n >= s->len || s->ptr[n] != ':') return false;
    *ret_program = tc_slice_sub(*s, 0, name);
    *s = tc_slice_trim(behind(*s, n + 1));
    return true;
}

static void read_program(tc_mail_line *line, tc_slice host, tc_slice program, tc_slice pid,
                         tc_slice message)
{
    tc_mail_reading *r = &line->reading;
    if (tc_slice_ends(message, TC_LIT("#015"))) message.len -= 4; /* a CR, by rsyslog */
    line->server = tc_mail_server_of(program);
    if (line->server < TC_MAIL_SERVERS)
        tc_mail_read(tc_mail_servers[line->server], program, message, r);
    else
        *r = (tc_mail_reading){.message = message};
    r->field[TC_MAIL_HOST] = host;
    r->field[TC_MAIL_PROGRAM] = program;
    r->field[TC_MAIL_PID] = pid;
    r->field[TC_MAIL_MESSAGE] = message;
}

/* "-" or elements with a blank behind them; false if they do not end. */
static bool skip_structured(tc_slice *rest)
{
    tc_structured_data data = {.rest = *rest};
    tc_structured what;
    tc_slice name, value;
    if (rest->ptr[0] != '[') {
        *rest = behind(*rest, 1);
        return true;
    }
    while ((what = tc_structured_next(&data, &name, &value)) == TC_STRUCTURED_VALUE) {
    }
    *rest = data.rest;
    return what == TC_STRUCTURED_END && rest->len > 0 && rest->ptr[0] == ' ';
}

/* Of RFC 5424, behind the time. */
static bool read_new(tc_slice rest, tc_mail_line *ret)
{
    tc_slice host = or_nothing(tc_slice_split(rest, ' ', &rest));
    tc_slice program = or_nothing(tc_slice_split(rest, ' ', &rest));
    tc_slice pid = or_nothing(tc_slice_split(rest, ' ', &rest));
    (void)tc_slice_split(rest, ' ', &rest); /* message id */
    if (!rest.ptr || rest.len == 0 || !skip_structured(&rest)) return false;
    rest = tc_slice_trim(rest);
    if (tc_slice_starts(rest, TC_LIT("\xEF\xBB\xBF"))) rest = behind(rest, 3);
    read_program(ret, host, program, pid, rest);
    return true;
}

/* A file of the server's own: nothing but a message stands behind the time. */
static bool read_own(tc_slice rest, tc_mail_line *ret)
{
    ret->server = tc_mail_read_own(ret->stamp.form, rest, &ret->reading);
    ret->reading.field[TC_MAIL_MESSAGE] = rest;
    return ret->server < TC_MAIL_SERVERS;
}

/* Host and tag; the host alone may be left out, or the tag's colon ("HORDE [error] ..."). */
static bool read_tagged(tc_slice rest, tc_mail_line *ret)
{
    tc_slice program, pid, after = rest;
    tc_slice word = tc_slice_split(rest, ' ', &after);
    bool is_program = tc_mail_server_of(word) < TC_MAIL_SERVERS;
    if (is_program && take_tag(&rest, &program, &pid)) {
        read_program(ret, TC_EMPTY_SLICE, program, pid, rest);
    } else if (is_program && after.len > 0 && after.ptr[0] == '[') {
        read_program(ret, TC_EMPTY_SLICE, word, TC_EMPTY_SLICE, after);
    } else if (word.len > 0 && word.ptr[word.len - 1] != ':' && take_tag(&after, &program, &pid)) {
        read_program(ret, word, program, pid, after);
    } else {
        return false;
    }
    return true;
}

/* Whether a host may stand there, and not what a server begins a message with: "auth: ". */
static bool has_host(tc_slice rest)
{
    tc_slice word = tc_slice_split(rest, ' ', &rest);
    return word.len > 0 && word.ptr[word.len - 1] != ':';
}

/* The stamp of a line that was sent on at some time, by which its year and zone are told. */
static bool carried_stamp(tc_slice line, tc_time sent, tc_mail_stamp *ret)
{
    tc_mail_calendar calendar = tc_mail_calendar_new(sent, false);
    if (!tc_mail_stamp_read(line, &calendar, ret)) {
        *ret =
            (tc_mail_stamp){.form = TC_MAIL_STAMP_ISO, .dated = true, .zoned = true, .time = sent};
        return true;
    }
    tc_mail_stamp_settle(ret, sent);
    return true;
}

bool tc_mail_line_stamp(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret,
                        tc_slice *ret_rest, bool *ret_new)
{
    tc_mail_carried carried = tc_mail_carried_open(line);
    size_t head = tc_mail_line_head(carried.line, ret_new);
    tc_slice rest = behind(carried.line, head);
    bool read = false;
    if (carried.cut) return false;
    if (carried.sent == TC_TIME_NONE) {
        read = tc_mail_stamp_read(rest, calendar, ret);
    } else {
        read = carried_stamp(rest, carried.sent, ret);
        tc_mail_calendar_move(calendar, carried.sent, true);
    }
    *ret_rest = read ? behind(rest, ret->length) : rest;
    return read;
}

/* What a container says without a time: of strangers it may be anything. */
static bool read_bare(tc_slice rest, tc_mail_line *ret)
{
    if (read_own(rest, ret)) return true;
    return read_tagged(rest, ret) && ret->server < TC_MAIL_SERVERS;
}

bool tc_mail_line_read(tc_slice line, tc_mail_calendar *calendar, tc_mail_line *ret)
{
    bool new;
    tc_slice rest;
    if (!tc_mail_line_stamp(line, calendar, &ret->stamp, &rest, &new)) return false;
    ret->server = TC_MAIL_SERVERS;
    if (new) return read_new(rest, ret);
    if (ret->stamp.length == 0) return read_bare(rest, ret);
    unsigned form = ret->stamp.form;
    bool tagged = form == TC_MAIL_STAMP_OLD || form == TC_MAIL_STAMP_ISO;
    if (tagged && has_host(rest) && read_tagged(rest, ret)) return true;
    if (read_own(rest, ret)) return true;
    if (tagged && read_tagged(rest, ret)) return true;
    /* A host that says something without a tag: some other program's. */
    if (!tagged) return false;
    tc_slice host = tc_slice_split(rest, ' ', &rest);
    if (!rest.ptr) return false;
    read_program(ret, host, TC_EMPTY_SLICE, TC_EMPTY_SLICE, rest);
    return true;
}
