/* Access logs of Apache, nginx and others, and of IIS (nc*.log): common, combined, and what
 * administrators put before and behind. */
#include "parsers/base/ip.h"
#include "parsers/base/uri.h"
#include "parsers/registered.h"
#include "parsers/text/line_log.h"
#include "parsers/text/ncsa_client.h"
#include "parsers/text/ncsa_text.h"

/* The columns, in the layout's order. */
enum {
    CLIENT,
    USER,
    METHOD,
    STEM,
    QUERY,
    VERSION,
    STATUS,
    BYTES,
    REFERER,
    AGENT,
    FORWARDED,
    HOST,
    COLUMNS
};

static bool read_client(tc_slice before, tc_cell *cells, tc_arena *arena)
{
    tc_ncsa_client who;
    if (!tc_ncsa_client_read(before, &who)) return false;
    bool quoted = tc_slice_equal(who.user, TC_LIT("\"\""));
    cells[CLIENT] = tc_line_cell(who.client);
    cells[USER] = quoted ? (tc_cell){who.user.ptr, 0, TC_FORM_NULL}
                         : tc_line_cell(tc_ncsa_account(who.user, arena));
    if (who.host.len) cells[HOST] = tc_line_cell(who.host);
    if (who.forwarded.len) cells[FORWARDED] = tc_line_cell(who.forwarded);
    return true;
}

/* "GET /owa/?a=b HTTP/1.1"; what is no request is all path. */
static void read_request(tc_slice request, tc_cell *cells, tc_arena *arena)
{
    tc_slice rest = request, method = tc_ncsa_word(&rest);
    tc_slice uri = tc_slice_trim(rest);
    size_t blank = tc_slice_rfind(uri, ' ');
    tc_slice version = tc_slice_sub(uri, blank == TC_NPOS ? 0 : blank + 1, uri.len);
    if (uri.len == 0) {
        uri = request;
    } else {
        cells[METHOD] = tc_line_cell(method);
        if (tc_slice_starts_ascii(version, TC_LIT("HTTP/"))) {
            cells[VERSION] = tc_line_cell(version);
            uri = tc_slice_trim(tc_slice_sub(uri, 0, uri.len - version.len));
        }
    }
    tc_uri parts = tc_uri_split(uri);
    cells[STEM] = tc_line_cell(tc_ncsa_decode(parts.stem, arena));
    cells[QUERY] = tc_line_cell(tc_ncsa_decode(parts.query, arena));
    if (parts.host.len) cells[HOST] = tc_line_cell(parts.host);
}

/* Addresses as a proxy lists them, the client's first. */
static bool lists_addresses(tc_slice text)
{
    tc_ip ip;
    tc_slice rest = text;
    return tc_ip_parse(tc_slice_trim(tc_slice_split(rest, ',', &rest)), &ip);
}

/* xff="203.0.113.4", or the value alone, in quotes. */
static bool is_forwarded(const tc_ncsa_value *value)
{
    static const char *const names[] = {"forwarded_for", "forwarded-for", "xff", "realip"};
    if (value->name.len == 0) return value->quoted && lists_addresses(value->text);
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (tc_slice_search_ascii(value->name, tc_slice_of(names[i])) != TC_NPOS)
            return lists_addresses(value->text);
    return false;
}

/* What stands behind the answer: if two values in quotes come first, referer and agent; then what
 * an administrator likes: of that only the client behind a proxy is looked for. */
static void read_rest(tc_slice rest, tc_cell *cells, tc_arena *arena)
{
    tc_ncsa_value first, value;
    tc_slice ahead = rest;
    bool combined = tc_ncsa_next(&ahead, &first) && tc_ncsa_next(&ahead, &value) && first.quoted &&
                    value.quoted && first.name.len + value.name.len == 0;
    if (combined) {
        cells[REFERER] = tc_line_cell(tc_ncsa_decode(first.text, arena));
        cells[AGENT] = tc_line_cell(tc_ncsa_decode(value.text, arena));
        rest = ahead;
    }
    while (cells[FORWARDED].form == TC_FORM_MISSING && tc_ncsa_next(&rest, &value))
        if (is_forwarded(&value)) cells[FORWARDED] = tc_line_cell(value.text);
}

static bool is_number(tc_slice text)
{
    uint64_t number;
    return tc_slice_equal(text, TC_LIT("-")) || tc_slice_to_u64(text, &number);
}

static bool read_answer(tc_slice rest, tc_cell *cells, tc_arena *arena)
{
    tc_slice status = tc_ncsa_word(&rest), bytes = tc_ncsa_word(&rest);
    if (!is_number(status) || !is_number(bytes) || (status.len != 3 && status.len != 1))
        return false;
    cells[STATUS] = tc_line_cell(status);
    cells[BYTES] = tc_line_cell(bytes);
    read_rest(rest, cells, arena);
    return true;
}

static bool read(tc_slice line, const tc_line_form *form, tc_line_row *row)
{
    tc_ncsa_parts parts;
    memset(row->cells, 0, form->width * sizeof *row->cells);
    if (!tc_ncsa_split(line, &parts)) return false;
    row->two_ways = tc_ncsa_answers_again(parts.answer);
    if (row->two_ways) return false;
    row->time = parts.time;
    if (!read_client(parts.client, row->cells, row->arena)) return false;
    if (!read_answer(parts.answer, row->cells, row->arena)) return false;
    read_request(parts.request, row->cells, row->arena);
    return true;
}

static const tc_logsource labels[] = {{"webserver", NULL, NULL}};

static const tc_line_log format = {
    .layouts = {"c-ip,cs-username,cs-method,cs-uri-stem,cs-uri-query,cs-version,sc-status,sc-bytes,"
                "cs(Referer),cs(User-Agent),X-Forwarded-For,cs-host"},
    .read = read,
    .prefix = {"access", "nc"},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
};

const tc_parser tc_parser_ncsa = {
    .name = "ncsa",
    .summary = "access log of Apache, nginx or IIS, common or combined",
    .spec = "Apache HTTP Server: mod_log_config, common and combined",
    .gives = "webmail and its logon pages, culture; users only where logged",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_CULTURE,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = TC_HOUR, /* Apache writes when a request ends, with the time at which it began */
    TC_LINE_LOG_PARSER(&format),
};
_Static_assert(COLUMNS <= TC_LINE_LOG_COLUMNS, "a row holds them");
