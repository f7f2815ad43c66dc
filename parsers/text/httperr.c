/* The error log of HTTP.SYS (httperr*.log): requests that no site was given, and why. */
#include "parsers/base/uri.h"
#include "parsers/registered.h"
#include "parsers/text/line_log.h"

#define TOKENS_MAX 128 /* of a line: more of them are not read */
#define QUEUE_WORDS 4  /* that the name of an application pool may have */

static bool is_number(tc_slice text)
{
    uint64_t number;
    return tc_slice_equal(text, TC_LIT("-")) || tc_slice_to_u64(text, &number);
}

/* Connection_Dropped, Version_N/S, URL, - */
static bool is_reason(tc_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i], letter = c | 0x20;
        bool fits = (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
                    tc_slice_find(TC_LIT("_/-."), c) != TC_NPOS;
        if (!fits) return false;
    }
    return text.len > 0;
}

static bool is_status(tc_slice text)
{
    return is_number(text) && (text.len == 3 || text.len == 1);
}

/* An address, of version 6 perhaps with its zone. */
static bool is_address(tc_slice text)
{
    tc_ip ip;
    return tc_ip_parse(tc_slice_sub(text, 0, tc_slice_find(text, '%')), &ip);
}

static bool is_version(tc_slice text)
{
    return tc_slice_equal(text, TC_LIT("-")) || tc_slice_starts(text, TC_LIT("HTTP/"));
}

static size_t split(tc_slice line, tc_slice *tokens)
{
    size_t count = 0, at = 0;
    while (at < line.len) {
        while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
            at++;
        size_t begin = at;
        while (at < line.len && line.ptr[at] != ' ' && line.ptr[at] != '\t')
            at++;
        if (at == begin) break;
        if (count == TOKENS_MAX) return 0;
        tokens[count++] = tc_slice_sub(line, begin, at - begin);
    }
    return count;
}

static tc_slice span(tc_slice first, tc_slice last)
{
    return tc_slice_make(first.ptr, (size_t)(last.ptr + last.len - first.ptr));
}

/* Whether the columns behind the URI are what they should be: numbers from the stream's to the
 * site's, then a reason. */
static bool tail_fits(const tc_line_form *form, const tc_slice *tail)
{
    size_t before = form->uri + (size_t)1;
    size_t status = form->status - before, width = form->width - before;
    if (status + 2 >= width) return false;
    for (size_t i = 0; i <= status + 1; i++)
        if (!is_number(tail[i])) return false;
    return is_status(tail[status]) && is_reason(tail[status + 2]);
}

/* Columns are fixed from both ends; the URI is what is between: it may hold blanks. So may the last
 * column, a name that an administrator gave. */
static bool place(const tc_line_form *form, const tc_slice *tokens, size_t count, tc_cell *cells)
{
    size_t before = form->uri, after = form->width - before - 1;
    for (size_t words = 1; words <= QUEUE_WORDS; words++) {
        if (count < before + after + words) return false;
        const tc_slice *tail = tokens + count - after - words + 1;
        if (!tail_fits(form, tail)) continue;
        for (size_t i = 0; i < before; i++)
            cells[i] = tc_line_cell(tokens[i]);
        cells[before] = tc_line_cell(span(tokens[before], tail[-1]));
        for (size_t i = 0; i + 1 < after; i++)
            cells[before + 1 + i] = tc_line_cell(tail[i]);
        cells[form->width - 1U] = tc_line_cell(span(tail[after - 1], tokens[count - 1]));
        return true;
    }
    return false;
}

/* The transport is named by those systems only that write it. */
static bool names_transport(tc_slice last)
{
    return tc_slice_equal_ascii(last, TC_LIT("TCP")) || tc_slice_equal_ascii(last, TC_LIT("QUIC"));
}

enum { DATE, TIME, CLIENT, CLIENT_PORT, SERVER, SERVER_PORT, VERSION };

/* What tells it from rows of other columns, where no header names them. */
static bool opens(const tc_slice *tokens)
{
    return is_address(tokens[CLIENT]) && is_number(tokens[CLIENT_PORT]) &&
           is_address(tokens[SERVER]) && is_number(tokens[SERVER_PORT]) &&
           is_version(tokens[VERSION]);
}

static bool read(tc_slice line, const tc_line_form *form, tc_line_row *row)
{
    tc_slice tokens[TOKENS_MAX];
    tc_time midnight, clock;
    size_t count = split(line, tokens);
    if (count < form->width || form->uri <= VERSION || form->status <= form->uri) return false;
    if (form->status == form->width) return false;
    bool transport = form->width - form->status == 5;
    if (transport && !form->schema && !names_transport(tokens[count - 1])) return false;
    if (!tc_time_parse_date(tokens[DATE], &midnight) || !tc_time_parse_clock(tokens[TIME], &clock))
        return false;
    if (!opens(tokens) || !place(form, tokens, count, row->cells)) return false;
    tc_cell uri = row->cells[form->uri];
    bool none = uri.form == TC_FORM_NULL;
    tc_uri parts = tc_uri_split(none ? TC_EMPTY_SLICE : tc_slice_make(uri.ptr, uri.len));
    row->cells[form->width] = tc_line_cell(parts.stem);
    row->cells[form->width + 1] = tc_line_cell(parts.query);
    row->time = tc_time_add(midnight, clock);
    return true;
}

static const tc_logsource labels[] = {{"webserver", NULL, NULL}, {NULL, "windows", "httperr"}};

#define BEFORE "date,time,c-ip,c-port,s-ip,s-port,cs-version,cs-method,cs-uri,"
#define AFTER "sc-status,s-siteid,s-reason,s-queuename"
static const tc_line_log format = {
    .layouts = {BEFORE "streamid," AFTER ",transport", /* Windows Server 2022 on */
                BEFORE "streamid," AFTER,              /* 2016 on */
                BEFORE AFTER},
    .added = "cs-uri-stem,cs-uri-query",
    .read = read,
    .maker = "Microsoft HTTP API",
    .told_by = "s-reason",
    .prefix = {"httperr"},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
};

const tc_parser tc_parser_httperr = {
    .name = "httperr",
    .summary = "error log of HTTP.SYS (HTTPERR)",
    .spec = "Microsoft Learn: Error logging in HTTP APIs",
    .gives = "requests that reached no site, and why",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    TC_LINE_LOG_PARSER(&format),
};
