#include "detector/receive/syslog_frames.h"

#define DIGITS_MAX 8

void tc_syslog_frames_init(tc_syslog_frames *f)
{
    *f = (tc_syslog_frames){.kind = TC_SYSLOG_UNKNOWN};
    tc_str_init(&f->message, TC_SYSLOG_MESSAGE_MAX);
}

void tc_syslog_frames_done(tc_syslog_frames *f)
{
    tc_str_done(&f->message);
}

tc_slice tc_syslog_trim(tc_slice m)
{
    while (m.len > 0 &&
           (m.ptr[m.len - 1] == '\n' || m.ptr[m.len - 1] == '\r' || m.ptr[m.len - 1] == 0))
        m.len--;
    return m;
}

tc_slice tc_syslog_frames_message(const tc_syslog_frames *f)
{
    return tc_syslog_trim(tc_str_view(&f->message));
}

bool tc_syslog_frames_are_at_rest(const tc_syslog_frames *f)
{
    return !f->in_message && f->digits == 0;
}

static void keep(tc_syslog_frames *f, tc_slice some)
{
    if (!f->skips && f->message.len + some.len <= TC_SYSLOG_MESSAGE_MAX)
        tc_str_add(&f->message, some);
    else
        f->skips = true;
}

static tc_syslog_result end_message(tc_syslog_frames *f)
{
    bool is_long = f->skips || tc_failed(tc_str_status(&f->message));
    f->in_message = f->skips = false;
    f->given = true;
    return is_long ? TC_SYSLOG_LONG : TC_SYSLOG_MESSAGE;
}

static tc_syslog_result next_line(tc_syslog_frames *f, tc_slice *bytes)
{
    size_t end = tc_slice_find(*bytes, '\n');
    keep(f, tc_slice_sub(*bytes, 0, end));
    f->in_message = true;
    *bytes = tc_slice_sub(*bytes, end == TC_NPOS ? bytes->len : end + 1, SIZE_MAX);
    return end == TC_NPOS ? TC_SYSLOG_MORE : end_message(f);
}

/* LENGTH SP; line ends between messages are passed over. */
static tc_syslog_result read_length(tc_syslog_frames *f, tc_slice *bytes)
{
    while (bytes->len > 0) {
        uint8_t c = bytes->ptr[0];
        *bytes = tc_slice_sub(*bytes, 1, SIZE_MAX);
        if (f->digits == 0 && (c == '\n' || c == '\r')) continue;
        if (c == ' ' && f->digits > 0 && f->left > 0) {
            f->digits = 0;
            f->in_message = true;
            f->skips = f->left > TC_SYSLOG_MESSAGE_MAX;
            return TC_SYSLOG_MESSAGE;
        }
        if (!tc_is_digit(c) || f->digits == DIGITS_MAX) return TC_SYSLOG_BROKEN;
        f->left = f->left * 10 + (uint32_t)(c - '0');
        f->digits++;
    }
    return TC_SYSLOG_MORE;
}

static tc_syslog_result next_counted(tc_syslog_frames *f, tc_slice *bytes)
{
    if (!f->in_message) {
        tc_syslog_result length = read_length(f, bytes);
        if (length != TC_SYSLOG_MESSAGE) return length;
    }
    tc_slice some = tc_slice_sub(*bytes, 0, f->left);
    keep(f, some);
    f->left -= (uint32_t)some.len;
    *bytes = tc_slice_sub(*bytes, some.len, SIZE_MAX);
    return f->left > 0 ? TC_SYSLOG_MORE : end_message(f);
}

static void forget_given(tc_syslog_frames *f)
{
    if (f->given) tc_str_clear(&f->message);
    f->given = false;
}

tc_syslog_result tc_syslog_frames_next(tc_syslog_frames *f, tc_slice *bytes)
{
    forget_given(f);
    if (bytes->len == 0) return TC_SYSLOG_MORE;
    if (f->kind == TC_SYSLOG_UNKNOWN)
        f->kind = tc_is_digit(bytes->ptr[0]) ? TC_SYSLOG_COUNTED : TC_SYSLOG_LINES;
    return f->kind == TC_SYSLOG_COUNTED ? next_counted(f, bytes) : next_line(f, bytes);
}

tc_syslog_result tc_syslog_frames_end(tc_syslog_frames *f)
{
    forget_given(f);
    if (tc_syslog_frames_are_at_rest(f)) return TC_SYSLOG_MORE;
    return f->kind == TC_SYSLOG_LINES ? end_message(f) : TC_SYSLOG_BROKEN;
}
