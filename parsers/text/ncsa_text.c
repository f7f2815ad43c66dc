#include "parsers/text/ncsa_text.h"

#include "parsers/base/utf8.h"

#define COMMON 26      /* 10/Oct/2021:13:55:36 +0200 */
#define STAMP_MAX 48   /* in brackets */
#define OPENINGS_MAX 8 /* stamps with a quote behind them that are tried in a line */

/* -- the line ---------------------------------------------------------------------------------- */

/* "+0200" */
static bool read_zone(const uint8_t *five, int64_t *ret_ns)
{
    uint64_t hours, minutes;
    if ((five[0] != '+' && five[0] != '-') ||
        !tc_slice_to_u64(tc_slice_make(five + 1, 2), &hours) ||
        !tc_slice_to_u64(tc_slice_make(five + 3, 2), &minutes) || hours > 14 || minutes > 59)
        return false;
    int64_t offset = (int64_t)hours * TC_HOUR + (int64_t)minutes * TC_MINUTE;
    *ret_ns = five[0] == '-' ? -offset : offset;
    return true;
}

/* 10/Oct/2021:13:55:36 +0200, a fraction behind the seconds perhaps. */
static bool read_common(tc_slice stamp, tc_time *ret)
{
    const uint8_t *at = stamp.ptr;
    uint64_t day, year;
    int64_t zone;
    tc_time midnight, clock;
    if (stamp.len < COMMON || at[2] != '/' || at[6] != '/' || at[11] != ':' ||
        at[stamp.len - 6] != ' ')
        return false;
    if (!tc_slice_to_u64(tc_slice_sub(stamp, 0, 2), &day) ||
        !tc_slice_to_u64(tc_slice_sub(stamp, 7, 4), &year) ||
        !read_zone(at + stamp.len - 5, &zone) ||
        !tc_time_from_civil((int)year, tc_time_month(at + 3), (int)day, 0, 0, 0, &midnight) ||
        !tc_time_parse_clock(tc_slice_sub(stamp, 12, stamp.len - 18), &clock))
        return false;
    *ret = tc_time_sub(tc_time_add(midnight, clock), zone);
    return true;
}

/* The length of the stamp in brackets at the beginning; 0: there is none. In nginx it may also be
 * that of ISO 8601 ($time_iso8601). */
static size_t read_stamp(tc_slice text, tc_time *ret)
{
    size_t end = tc_slice_find(tc_slice_sub(text, 0, STAMP_MAX), ']');
    bool zoned = false;
    if (end == TC_NPOS || end == 0) return 0;
    tc_slice stamp = tc_slice_sub(text, 1, end - 1);
    bool read = read_common(stamp, ret) || (tc_time_parse_iso(stamp, ret, &zoned) && zoned);
    return read ? end + 1 : 0;
}

/* Whether a status stands there: " 200 " or " - ". */
static bool status_follows(tc_slice rest)
{
    const uint8_t *at = rest.ptr;
    if (rest.len >= 5 && at[0] == ' ' && tc_is_digit(at[1]) && tc_is_digit(at[2]) &&
        tc_is_digit(at[3]) && at[4] == ' ')
        return true;
    return tc_slice_starts(rest, TC_LIT(" - "));
}

/* Where the request's last quote stands. */
static size_t closing_quote(tc_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == '\\')
            i++;
        else if (text.ptr[i] == '"' && status_follows(tc_slice_sub(text, i + 1, text.len)))
            return i;
    }
    return TC_NPOS;
}

/* The user's name is what a client has sent, and may look like a stamp; but no server writes a
 * quote of it as it is. */
bool tc_ncsa_split(tc_slice line, tc_ncsa_parts *ret)
{
    for (size_t at = 0, tried = 0; at < line.len && tried < OPENINGS_MAX; at++) {
        size_t bracket = tc_slice_find(tc_slice_sub(line, at, line.len), '[');
        if (bracket == TC_NPOS) return false;
        at += bracket;
        size_t stamp = read_stamp(tc_slice_sub(line, at, STAMP_MAX), &ret->time);
        if (stamp == 0) continue;
        tc_slice rest = tc_slice_sub(line, at + stamp, line.len);
        if (!tc_slice_starts(rest, TC_LIT(" \""))) continue;
        rest = tc_slice_sub(rest, 2, rest.len);
        size_t quote = closing_quote(rest);
        tried++;
        if (quote == TC_NPOS) continue;
        ret->client = tc_slice_sub(line, 0, at);
        ret->request = tc_slice_sub(rest, 0, quote);
        ret->answer = tc_slice_sub(rest, quote + 1, rest.len);
        return true;
    }
    return false;
}

/* Where a request ends: HTTP/1.1 */
static bool ends_in_version(tc_slice text)
{
    size_t blank = tc_slice_rfind(text, ' ');
    return blank != TC_NPOS &&
           tc_slice_starts_ascii(tc_slice_sub(text, blank + 1, TC_NPOS), TC_LIT("HTTP/"));
}

bool tc_ncsa_answers_again(tc_slice answer)
{
    while (answer.len > 0) {
        size_t quote = closing_quote(answer);
        if (quote == TC_NPOS) return false;
        if (ends_in_version(tc_slice_sub(answer, 0, quote))) return true;
        answer = tc_slice_sub(answer, quote + 1, answer.len);
    }
    return false;
}

/* -- words ------------------------------------------------------------------------------------- */

tc_slice tc_ncsa_word(tc_slice *rest)
{
    size_t begin = 0;
    while (begin < rest->len && rest->ptr[begin] == ' ')
        begin++;
    size_t end = begin;
    while (end < rest->len && rest->ptr[end] != ' ')
        end++;
    tc_slice word = tc_slice_sub(*rest, begin, end - begin);
    *rest = tc_slice_sub(*rest, end, rest->len);
    return word;
}

/* Where what was opened before `from` ends: its closing mark, or the end of the text. */
static size_t closing(tc_slice text, size_t from, uint8_t mark)
{
    size_t at = from;
    while (at < text.len && text.ptr[at] != mark)
        at += text.ptr[at] == '\\' && mark == '"' && at + 1 < text.len ? 2 : 1;
    return TC_MIN(at, text.len);
}

bool tc_ncsa_next(tc_slice *rest, tc_ncsa_value *ret)
{
    tc_slice text = tc_slice_trim(*rest);
    *ret = (tc_ncsa_value){TC_EMPTY_SLICE, TC_EMPTY_SLICE, false};
    *rest = TC_EMPTY_SLICE;
    if (text.len == 0) return false;
    size_t begin = 0;
    while (begin < text.len && text.ptr[begin] != ' ' && text.ptr[begin] != '"' &&
           text.ptr[begin] != '=' && text.ptr[begin] != '[')
        begin++;
    if (begin > 0 && begin < text.len && text.ptr[begin] == '=') {
        ret->name = tc_slice_sub(text, 0, begin);
        begin++;
    } else {
        begin = 0;
    }
    uint8_t open = begin < text.len ? text.ptr[begin] : ' ';
    ret->quoted = open == '"';
    size_t from = begin + (ret->quoted || open == '[');
    size_t end = closing(text, from, ret->quoted ? '"' : open == '[' ? ']' : ' ');
    ret->text = tc_slice_sub(text, from, end - from);
    *rest = tc_slice_sub(text, end + 1, text.len);
    return true;
}

/* -- escapes ----------------------------------------------------------------------------------- */

/* The byte that the escape at the start of s stands for, and its length; 0: it is none. */
static size_t escape_at(tc_slice s, bool account, uint8_t *ret)
{
    uint64_t value;
    if (s.len < 2 || s.ptr[0] != '\\') return 0;
    if (s.ptr[1] == '\\' || (s.ptr[1] == '"' && !account)) {
        *ret = s.ptr[1];
        return 2;
    }
    if (s.ptr[1] != 'x' || s.len < 4 || s.ptr[3] == 'x' || s.ptr[3] == 'X' ||
        !tc_slice_hex_to_u64(tc_slice_sub(s, 2, 2), &value))
        return 0;
    if (account && value != '\\') return 0;
    *ret = (uint8_t)value;
    return 4;
}

/* The length of \xHH\xHH... at the start of s, one character of UTF-8 beyond ASCII, as nginx and
 * Apache write the names of people; 0: it is none. At most four bytes are written. */
static size_t character_at(tc_slice s, uint8_t *ret, size_t *ret_length)
{
    uint64_t value;
    for (size_t n = 0; n < 4; n++) {
        tc_slice escape = tc_slice_sub(s, 4 * n, 4);
        if (escape.len < 4 || !tc_slice_starts(escape, TC_LIT("\\x")) ||
            !tc_slice_hex_to_u64(tc_slice_sub(escape, 2, 2), &value) || value < 0x80)
            return 0;
        ret[n] = (uint8_t)value;
        *ret_length = n + 1;
        if (tc_utf8_valid(tc_slice_make(ret, n + 1))) return 4 * (n + 1);
    }
    return 0;
}

static tc_slice decode(tc_slice text, bool account, tc_arena *arena)
{
    if (!arena || tc_slice_find(text, '\\') == TC_NPOS) return text;
    uint8_t *out = tc_arena_get(arena, text.len, 1);
    if (!out) return text;
    size_t length = 0;
    for (size_t at = 0; at < text.len;) {
        tc_slice rest = tc_slice_sub(text, at, text.len);
        size_t written = 1, taken = account ? character_at(rest, &out[length], &written) : 0;
        if (taken == 0) {
            written = 1;
            taken = escape_at(rest, account, &out[length]);
        }
        if (taken == 0) out[length] = text.ptr[at];
        at += taken ? taken : 1;
        length += written;
    }
    return tc_slice_make(out, length);
}

tc_slice tc_ncsa_decode(tc_slice text, tc_arena *arena)
{
    return decode(text, false, arena);
}

tc_slice tc_ncsa_account(tc_slice text, tc_arena *arena)
{
    return decode(text, true, arena);
}
