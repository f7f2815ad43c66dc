#include "parsers/mail/mail_carried.h"

#include "parsers/mail/mail_stamp.h"
#include "parsers/text/carried.h"

#define NAME_MAX 128 /* of a container, with the blanks behind it */

static bool is_name_byte(uint8_t c)
{
    return tc_is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 26 || c == '-' || c == '_' || c == '.';
}

/* "mail-1  | " at the beginning is taken off. */
static tc_slice without_name(tc_slice line)
{
    size_t n = 0;
    while (n < line.len && n < NAME_MAX && is_name_byte(line.ptr[n]))
        n++;
    size_t name = n;
    while (n < line.len && n < NAME_MAX && line.ptr[n] == ' ')
        n++;
    bool named =
        name > 0 && n > name && n + 1 < line.len && line.ptr[n] == '|' && line.ptr[n + 1] == ' ';
    return named ? tc_slice_sub(line, n + 2, TC_NPOS) : line;
}

/* "2024-05-02T06:00:00.123456789Z " */
static bool take_time(tc_slice *line, tc_time *ret)
{
    tc_slice rest, word = tc_slice_split(*line, ' ', &rest);
    bool zoned = false;
    if (word.len < 20 || word.ptr[10] != 'T' || !rest.ptr) return false;
    if (!tc_time_parse_iso(word, ret, &zoned) || !zoned) return false;
    *line = rest;
    return true;
}

static bool has_stamp(tc_slice line)
{
    tc_mail_calendar calendar = tc_mail_calendar_new(0, false);
    tc_mail_stamp stamp;
    return tc_mail_stamp_read(line, &calendar, &stamp);
}

tc_mail_carried tc_mail_carried_open(tc_slice line)
{
    tc_mail_carried carried = {.line = without_name(line), .sent = TC_TIME_NONE};
    tc_slice rest = carried.line;
    tc_time time;
    if (!take_time(&rest, &time)) return carried;
    bool whole = true, stream = tc_cri_stream(&rest, &whole);
    carried.cut = stream && !whole;
    if (stream || has_stamp(rest)) {
        carried.line = rest;
        carried.sent = time;
    }
    return carried;
}
