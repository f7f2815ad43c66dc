#include "detector/input/evidence_marks.h"

#include "parsers/base/cursor.h"

static bool is_letter(uint8_t byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 26;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static bool fits(uint8_t byte, char form)
{
    switch (form) {
    case '0':
        return tc_is_digit(byte);
    case 'a':
        return is_letter(byte);
    case '?':
        return tc_is_digit(byte) || byte == ' ';
    case 'T':
        return byte == 'T' || is_blank(byte);
    default:
        return byte == (uint8_t)form;
    }
}

bool tc_mark_has_form(tc_slice text, const char *form)
{
    size_t length = strlen(form);
    if (text.len < length) return false;
    for (size_t i = 0; i < length; i++)
        if (!fits(text.ptr[i], form[i])) return false;
    return true;
}

/* "5/2/2024, 6:00:31" and the like: numbers and what stands between them, at most 24 bytes. */
static bool is_american(tc_slice text)
{
    tc_cursor c = tc_cursor_on(text);
    uint64_t month, day, year, hour;
    if (!tc_cursor_digits(&c, 2, &month) || !tc_cursor_byte(&c, '/')) return false;
    if (!tc_cursor_digits(&c, 2, &day) || !tc_cursor_byte(&c, '/')) return false;
    if (!tc_cursor_digits(&c, 4, &year) || month > 31 || day > 31) return false;
    (void)tc_cursor_byte(&c, ',');
    if (!tc_cursor_byte(&c, ' ') || !tc_cursor_digits(&c, 2, &hour)) return false;
    return hour < 25 && tc_cursor_byte(&c, ':');
}

/* Seconds since 1970 with a fraction, and something behind them. */
static bool is_epoch(tc_slice text)
{
    return tc_mark_has_form(text, "0000000000.000") && text.ptr[0] == '1' && text.len > 20;
}

/* A date with a time of day; a date alone stands in letters, too. */
static bool is_time(tc_slice text)
{
    static const char *const forms[] = {
        "0000-00-00T00:00:00",     "0000/00/00T00:00:00",  "00/aaa/0000:00:00:00",
        "00/aaa/0000T00:00:00",    "00-aaa-0000T00:00:00", "00/00/0000:00:00:00",
        "aaa ?0 00:00:00",         "aaa ?0 0000 00:00:00", "00-00-0000 00:00:00",
        "00.00.0000 00:00:00",     "0000 aaa ?0 00:00:00", "0000-00-00 time=00:00:00",
        "0000-00-00,time=00:00:00"};
    for (size_t i = 0; i < TC_COUNT_OF(forms); i++)
        if (tc_mark_has_form(text, forms[i])) return true;
    return is_american(text) || is_epoch(text);
}

size_t tc_mark_time(tc_slice line)
{
    for (size_t i = 0; i + 12 < line.len; i++) {
        uint8_t before = i > 0 ? line.ptr[i - 1] : ' ';
        if (tc_is_digit(before) || is_letter(before)) continue;
        if (is_time(tc_slice_sub(line, i, line.len))) return i;
    }
    return TC_NPOS;
}

/* Four numbers with dots, or a time of day: with neither, the words are a list or a manual's. */
static bool has_address_or_clock(tc_slice line)
{
    for (size_t i = 0; i + 7 < line.len; i++) {
        tc_slice rest = tc_slice_sub(line, i, line.len);
        if (!tc_is_digit(rest.ptr[0])) continue;
        if (tc_mark_has_form(rest, "00:00:00")) return true;
        tc_cursor c = tc_cursor_on(rest);
        uint64_t n;
        size_t parts = 0;
        while (parts < 4 && tc_cursor_digits(&c, 3, &n) && n < 256) {
            parts++;
            if (parts < 4 && !tc_cursor_byte(&c, '.')) break;
        }
        if (parts == 4) return true;
    }
    return false;
}

bool tc_mark_server(tc_slice line)
{
    static const char *const signs[] = {"/owa/",
                                        "/ews/",
                                        "/ecp/",
                                        "Microsoft-Server-ActiveSync",
                                        "/mapi/emsmdb",
                                        "/rpcproxy.dll",
                                        "/oab/",
                                        "imap-login:",
                                        "pop3-login:",
                                        "managesieve-login:",
                                        "sasl_username=",
                                        "sasl_method=",
                                        "Successful login for",
                                        "Failed login for",
                                        "SOGoRootPage",
                                        "imapd-ssl:",
                                        "pop3d-ssl:",
                                        "dovecot_login",
                                        "Login success for",
                                        "FAILED LOGIN",
                                        "cmd=Auth;",
                                        "service=imap"};
    if (!has_address_or_clock(line)) return false; /* few lines of other texts have one */
    for (size_t i = 0; i < TC_COUNT_OF(signs); i++)
        if (tc_slice_search_ascii(line, tc_slice_of(signs[i])) != TC_NPOS) return true;
    return false;
}
