#include "parsers/envelope/syslog.h"

#include "parsers/text/carried.h"
#include "parsers/text/structured_data.h"

#define TAG_MAX 64

static tc_slice behind(tc_slice s, size_t n)
{
    return tc_slice_sub(s, n, SIZE_MAX);
}

/* "<13>" at the beginning of *s, which is then behind it; false if there is none. */
static bool take_priority(tc_slice *s)
{
    size_t n = 1;
    if (s->len < 3 || s->ptr[0] != '<') return false;
    while (n < 4 && n < s->len && tc_is_digit(s->ptr[n]))
        n++;
    if (n == 1 || n == s->len || s->ptr[n] != '>') return false;
    *s = behind(*s, n + 1);
    return true;
}

/* The word before the next blank, which is passed. */
static tc_slice take_word(tc_slice *s)
{
    return tc_slice_split(*s, ' ', s);
}

/* What the daemon put around the text is taken off. */
static tc_slice text_of(tc_slice s)
{
    while (s.len > 0 && s.ptr[0] == ' ')
        s = behind(s, 1);
    if (tc_slice_ends(s, TC_LIT("#015"))) s.len -= 4;
    return s;
}

/* -- RFC 3164 -------------------------------------------------------------------------------- */

/* "Mar  9 07:00:01" with the blank behind it. */
static bool take_old_time(tc_slice *s)
{
    static const char shape[] = "aaa d0 00:00:00 ";
    size_t n = sizeof shape - 1;
    if (s->len < n) return false;
    for (size_t i = 3; i < n; i++) {
        uint8_t c = s->ptr[i];
        bool fits = shape[i] == '0'   ? tc_is_digit(c)
                    : shape[i] == 'd' ? tc_is_digit(c) || c == ' '
                                      : c == (uint8_t)shape[i];
        if (!fits) return false;
    }
    if (tc_time_month(s->ptr) == 0) return false;
    *s = behind(*s, n);
    return true;
}

/* "2011-03-09T07:00:01.123+01:00 ". */
static bool take_new_time(tc_slice *s, tc_time *ret)
{
    tc_slice rest = *s, word = take_word(&rest);
    bool zoned;
    if (word.len < 20 || !rest.ptr || word.ptr[10] != 'T') return false;
    if (!tc_time_parse_iso(word, ret, &zoned) || !zoned) return false;
    *s = rest;
    return true;
}

static bool is_tag_byte(uint8_t c)
{
    return tc_is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 26 || c == '-' || c == '_' || c == '.' ||
           c == '/' || c == '\\';
}

/* "tag:" or "tag[123]:"; the empty slice, and nothing taken, if there is none. */
static tc_slice take_tag(tc_slice *s)
{
    size_t n = 0;
    while (n < s->len && n < TAG_MAX && is_tag_byte(s->ptr[n]))
        n++;
    tc_slice tag = tc_slice_sub(*s, 0, n);
    if (n > 0 && n < s->len && s->ptr[n] == '[') {
        while (n < s->len && n < 2 * TAG_MAX && s->ptr[n] != ']' && s->ptr[n] != ' ')
            n++;
        n += n < s->len && s->ptr[n] == ']';
    }
    if (tag.len == 0 || n >= s->len || s->ptr[n] != ':') return TC_EMPTY_SLICE;
    *s = behind(*s, n + 1);
    return tag;
}

tc_unwrapping tc_syslog_3164_unwrap(const tc_envelope *self, tc_slice line, tc_arena *arena,
                                    tc_unwrapped *ret)
{
    (void)self;
    (void)arena;
    *ret = (tc_unwrapped){.placed = false};
    bool priority = take_priority(&line), whole;
    if (!take_old_time(&line) && !take_new_time(&line, &ret->sent)) return TC_UNWRAP_OTHER;
    if (!priority && ret->sent != 0 && tc_cri_stream(&line, &whole)) {
        ret->payload = text_of(line);
        return whole ? TC_UNWRAPPED : TC_UNWRAP_OTHER;
    }
    ret->host = take_word(&line);
    if (ret->host.len == 0 || !line.ptr) return TC_UNWRAP_OTHER;
    ret->path = take_tag(&line);
    ret->payload = text_of(line);
    return TC_UNWRAPPED;
}

/* -- RFC 5424 -------------------------------------------------------------------------------- */

static bool is_path_name(tc_slice name)
{
    static const char *const names[] = {"path",     "file",      "filename",
                                        "filepath", "file_name", "log.file.path"};
    return tc_slice_is_one_of(name, names, TC_COUNT_OF(names));
}

/* "-", or elements, whose path is taken; *s is then behind them. */
static bool take_structured(tc_slice *s, tc_arena *arena, tc_unwrapped *ret)
{
    tc_structured_data data = {.rest = *s};
    tc_structured what = TC_STRUCTURED_END;
    tc_slice name, value;
    if (s->len > 0 && s->ptr[0] == '-') {
        *s = behind(*s, 1);
    } else {
        if (s->len == 0 || s->ptr[0] != '[') return false;
        while ((what = tc_structured_next(&data, &name, &value)) == TC_STRUCTURED_VALUE)
            if (is_path_name(name)) ret->path = tc_structured_text(value, arena);
        *s = data.rest;
    }
    return what == TC_STRUCTURED_END && (s->len == 0 || s->ptr[0] == ' ');
}

static tc_slice or_nothing(tc_slice word)
{
    return tc_slice_equal(word, TC_LIT("-")) ? TC_EMPTY_SLICE : word;
}

tc_unwrapping tc_syslog_5424_unwrap(const tc_envelope *self, tc_slice line, tc_arena *arena,
                                    tc_unwrapped *ret)
{
    (void)self;
    *ret = (tc_unwrapped){.placed = false};
    if (!take_priority(&line)) return TC_UNWRAP_OTHER;
    tc_slice version = take_word(&line);
    if (version.len != 1 || !tc_is_digit(version.ptr[0])) return TC_UNWRAP_OTHER;
    tc_slice time = take_word(&line);
    bool zoned = false;
    if (!tc_time_parse_iso(time, &ret->sent, &zoned) || !zoned) ret->sent = 0;
    ret->host = or_nothing(take_word(&line));
    ret->path = or_nothing(take_word(&line));
    (void)take_word(&line); /* process */
    (void)take_word(&line); /* message id */
    if (!line.ptr || !take_structured(&line, arena, ret)) return TC_UNWRAP_OTHER;
    line = behind(line, 1);
    if (tc_slice_starts(line, TC_LIT("\xEF\xBB\xBF"))) line = behind(line, 3);
    ret->payload = text_of(line);
    return TC_UNWRAPPED;
}
