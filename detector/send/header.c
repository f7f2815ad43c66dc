#include "detector/send/header.h"

#define HOST_MAX 255
#define TAG "tocsin"

/* RFC 5424 6: printable ASCII, or nil. RFC 3164 wants a word, too. */
static void add_host(const tc_receiver *r, tc_str *out)
{
    size_t length = TC_MIN(strlen(r->own_host), (size_t)HOST_MAX);
    for (size_t i = 0; i < length; i++) {
        char c = r->own_host[i];
        tc_str_add_byte(out, c > 32 && c < 127 ? (uint8_t)c : '?');
    }
    if (length == 0) tc_str_add_byte(out, '-');
}

static void add_priority(const tc_parcel *p, tc_str *out)
{
    tc_str_addf(out, "<%d>", p->facility * 8 + p->severity);
}

static void add_5424(const tc_receiver *r, tc_form form, const tc_parcel *p, tc_time now,
                     tc_str *out)
{
    char time[TC_TIME_TEXT];
    add_priority(p, out);
    tc_str_addf(out, "1 %s ", now == TC_TIME_NONE ? "-" : tc_time_format_ms(now, time));
    add_host(r, out);
    tc_str_add(out, TC_LIT(" " TAG " "));
    if (r->process_id)
        tc_str_add_u64(out, r->process_id);
    else
        tc_str_add_byte(out, '-');
    tc_str_addf(out, " %s ", p->kind);
    if (form != TC_FORM_SYSLOG) tc_str_add(out, TC_LIT("- "));
}

static void add_tag(const tc_receiver *r, tc_str *out)
{
    tc_str_add(out, TC_LIT(TAG));
    if (r->process_id) tc_str_addf(out, "[%" PRIu32 "]", r->process_id);
    tc_str_add(out, TC_LIT(": "));
}

/* "Mmm dd hh:mm:ss", the day with a blank before one digit (RFC 3164 4.1.2). */
static void add_3164_time(tc_time local, tc_str *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[TC_TIME_TEXT];
    tc_slice iso = tc_slice_of(tc_time_format_ms(local, text)); /* 2011-03-09T07:12:03.000Z */
    uint64_t month = 1;
    if (iso.len < 19 || !tc_slice_to_u64(tc_slice_sub(iso, 5, 2), &month)) return;
    tc_str_add(out, tc_slice_make(months + (month - 1) * 3, 3));
    tc_str_add_byte(out, ' ');
    tc_str_add_byte(out, iso.ptr[8] == '0' ? ' ' : iso.ptr[8]);
    tc_str_add_byte(out, iso.ptr[9]);
    tc_str_add_byte(out, ' ');
    tc_str_add(out, tc_slice_sub(iso, 11, 8));
    tc_str_add_byte(out, ' ');
}

static void add_3164(const tc_receiver *r, tc_form form, const tc_parcel *p, tc_time local,
                     tc_str *out)
{
    add_priority(p, out);
    add_3164_time(local, out);
    add_host(r, out);
    tc_str_add_byte(out, ' ');
    if (form != TC_FORM_CEF && form != TC_FORM_LEEF) add_tag(r, out);
}

void tc_header_add(const tc_receiver *r, tc_form form, const tc_parcel *p, tc_time now,
                   int64_t zone, tc_str *out)
{
    switch (r->header) {
    case TC_HEADER_5424:
        add_5424(r, form, p, now, out);
        break;
    case TC_HEADER_3164:
        add_3164(r, form, p, now == TC_TIME_NONE ? 0 : tc_time_add(now, zone), out);
        break;
    case TC_HEADER_LOCAL:
        add_priority(p, out);
        add_tag(r, out);
        break;
    case TC_HEADER_NONE:
    case TC_HEADER_UNSET:
    case TC_HEADER_COUNT:
        break;
    }
}
