/* The own format of ISA Server and TMG (ISALOG_*_WEB_*.iis): columns behind commas, with a blank or
 * without, all of them and always in this order, in local time. Nothing is quoted, and what clients
 * say (agent, referer, URL) may hold commas, so a row is found by its fixed places: the date and
 * service behind the agent, the numbers before the protocol, the answer behind the URL. A line that
 * has one of them twice may be two requests, and is taken for neither. */
#include "parsers/base/ip.h"
#include "parsers/base/uri.h"
#include "parsers/registered.h"
#include "parsers/text/line_log.h"
#include "parsers/text/local_date.h"

#define PIECES 256 /* between commas, of a line that is looked at */
#define FEWEST 24  /* up to the rule */

/* The columns, in the layout's order. */
enum {
    CLIENT,
    USER,
    AGENT,
    AUTHENTICATED,
    DATE,
    TIME,
    SERVICE,
    COMPUTER,
    REFERRED,
    HOST,
    SERVER,
    PORT,
    TAKEN,
    SENT,
    RECEIVED,
    PROTOCOL,
    TRANSPORT,
    METHOD,
    URI,
    MIME,
    SOURCE,
    STATUS,
    CACHE,
    RULE,
    STEM,
    QUERY,
    COLUMNS
};

typedef struct pieces {
    tc_slice of[PIECES];
    size_t count;
    size_t date, numbers, mime; /* where the fixed places are */
    bool twice;
} pieces;

static bool split(tc_slice line, pieces *p)
{
    tc_slice rest = line;
    for (p->count = 0; rest.ptr && p->count < PIECES; p->count++)
        p->of[p->count] = tc_slice_trim(tc_slice_split(rest, ',', &rest));
    return !rest.ptr && p->count >= FEWEST;
}

static bool is_none(tc_slice text)
{
    return text.len == 0 || tc_slice_equal(text, TC_LIT("-"));
}

static bool is_number(tc_slice text)
{
    uint64_t number;
    return is_none(text) || tc_slice_to_u64(text, &number);
}

static bool is_word(tc_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((uint8_t)((text.ptr[i] | 0x20) - 'a') > 25 && text.ptr[i] != '_' && text.ptr[i] != '-')
            return false;
    return text.len > 0 && text.len <= 32;
}

/* Y or N, the date, the time, and the service's name. */
static bool is_date(const pieces *p, size_t at)
{
    tc_time day, clock;
    return at + 2 < p->count && p->of[at - 1].len == 1 &&
           tc_slice_starts_ascii(p->of[at + 2], TC_LIT("w3")) &&
           tc_local_date_read(p->of[at], TC_LINE_LOG_ANY, &day) &&
           tc_local_clock_read(p->of[at + 1], &clock);
}

/* Port, time, bytes there and back, protocol, transport, method. */
static bool is_numbers(const pieces *p, size_t at)
{
    if (at + 7 >= p->count) return false;
    for (size_t i = 0; i < 4; i++)
        if (!is_number(p->of[at + i])) return false;
    return !is_number(p->of[at + 4]) && (is_none(p->of[at + 5]) || is_word(p->of[at + 5])) &&
           is_word(p->of[at + 6]);
}

/* The kind of the answer, where it came from, its status, and how it was cached. */
static bool is_answer(const pieces *p, size_t at)
{
    uint64_t status;
    return at + 4 < p->count && p->of[at + 2].len >= 3 && tc_slice_to_u64(p->of[at + 2], &status) &&
           tc_slice_starts_ascii(p->of[at + 3], TC_LIT("0x"));
}

/* The one piece from `from` on that is such a place; p->count if none is. */
static size_t find(pieces *p, size_t from, bool (*is)(const pieces *p, size_t at))
{
    size_t found = p->count;
    for (size_t i = from; i < p->count; i++) {
        if (!is(p, i)) continue;
        p->twice = p->twice || found < p->count;
        if (found == p->count) found = i;
    }
    return found;
}

static bool find_places(pieces *p)
{
    p->twice = false;
    p->date = find(p, 4, is_date);
    if (p->date == p->count) return false;
    p->numbers = find(p, p->date + 7, is_numbers);
    if (p->numbers == p->count) return false;
    p->mime = find(p, p->numbers + 8, is_answer);
    return p->mime < p->count && !p->twice;
}

/* The text from one piece to another, with the commas between them. */
static tc_slice joined(const pieces *p, size_t from, size_t to)
{
    const tc_slice *last = &p->of[to];
    return tc_slice_make(p->of[from].ptr, (size_t)(last->ptr + last->len - p->of[from].ptr));
}

/* "anna?": a name that was sent and not asked for. It was typed where it was refused, and is
 * nobody's otherwise. */
static tc_cell user_of(tc_slice user, tc_slice status)
{
    if (!tc_slice_ends(user, TC_LIT("?"))) return tc_line_cell(user);
    bool refused = tc_slice_equal(status, TC_LIT("401")) || tc_slice_equal(status, TC_LIT("407"));
    return refused ? tc_line_cell(tc_slice_sub(user, 0, user.len - 1))
                   : (tc_cell){user.ptr, 0, TC_FORM_NULL};
}

static void fill(const pieces *p, tc_cell *cells)
{
    for (size_t i = 0; i <= USER; i++)
        cells[i] = tc_line_cell(p->of[i]);
    cells[AGENT] = tc_line_cell(joined(p, AGENT, p->date - 2));
    for (size_t i = AUTHENTICATED; i <= COMPUTER; i++)
        cells[i] = tc_line_cell(p->of[p->date - DATE + i]);
    cells[REFERRED] = tc_line_cell(joined(p, p->date + REFERRED - DATE, p->numbers - 3));
    for (size_t i = HOST; i <= METHOD; i++)
        cells[i] = tc_line_cell(p->of[p->numbers - PORT + i]);
    tc_slice uri = joined(p, p->numbers + URI - PORT, p->mime - 1);
    tc_uri parts = tc_uri_split(is_none(uri) ? TC_EMPTY_SLICE : uri);
    cells[URI] = tc_line_cell(uri);
    cells[STEM] = tc_line_cell(parts.stem);
    cells[QUERY] = tc_line_cell(parts.query);
    for (size_t i = MIME; i <= RULE; i++)
        cells[i] = tc_line_cell(p->of[p->mime - MIME + i]);
    cells[USER] = user_of(p->of[USER], p->of[p->mime + STATUS - MIME]);
}

/* The time of Greenwich, which newer versions write behind the rule, or the local one. */
static bool read_time(const pieces *p, tc_line_row *row)
{
    tc_time midnight, clock;
    bool zoned;
    for (size_t i = p->mime + RULE - MIME + 1; i < p->count; i++)
        if (p->of[i].len == 19 && p->of[i].ptr[10] == ' ' &&
            tc_time_parse_iso(p->of[i], &row->time, &zoned))
            return true;
    if (!tc_local_date_read(p->of[p->date], row->told, &midnight) ||
        !tc_local_clock_read(p->of[p->date + 1], &clock))
        return false;
    row->time = tc_time_sub(tc_time_add(midnight, clock), row->zone_offset_ns);
    return true;
}

static bool read(tc_slice line, const tc_line_form *form, tc_line_row *row)
{
    pieces p;
    tc_ip ip;
    (void)form;
    row->two_ways = false;
    if (!split(line, &p) || !tc_ip_parse(p.of[CLIENT], &ip)) return false;
    if (!find_places(&p)) {
        row->two_ways = p.twice;
        return false;
    }
    fill(&p, row->cells);
    return read_time(&p, row);
}

static bool date_of(tc_slice line, tc_slice *ret)
{
    pieces p;
    if (!split(line, &p) || !find_places(&p)) return false;
    *ret = p.of[p.date];
    return true;
}

static TC_STATUS learn_writing(const tc_parser *self, tc_slice head, tc_slice tail, tc_slice name,
                               tc_columns *ret)
{
    static const tc_local_dates dates = {.date_of = date_of, .prefix = "ISALOG_", .century = true};
    (void)self;
    tc_local_dates_learn(&dates, head, tail, name, ret);
    return TC_SUCCESS;
}

static const tc_column_reader column_reader = {.learn_writing = learn_writing};

static const tc_logsource labels[] = {{"webserver", NULL, NULL}};

static const tc_line_log format = {
    .layouts = {"c-ip,cs-username,c-agent,sc-authenticated,date,time,s-svcname,s-computername,"
                "cs-referred,r-host,r-ip,r-port,time-taken,sc-bytes,cs-bytes,cs-protocol,"
                "cs-transport,s-operation,cs-uri,cs-mime-type,s-object-source,sc-status,"
                "s-cache-info,rule"},
    .added = "cs-uri-stem,cs-uri-query",
    .read = read,
    .prefix = {"ISALOG_", "ISA"},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
};
_Static_assert(COLUMNS <= TC_LINE_LOG_COLUMNS, "a row holds them");

const tc_parser tc_parser_isa = {
    .name = "isa",
    .summary = "own format of ISA Server and TMG (ISALOG_*.iis), local time (--tz)",
    .spec = "Microsoft Learn: ISA Server 2006, Web Proxy Log Fields",
    .gives = "webmail, logons, culture, password pages",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_CULTURE,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = TC_HOUR, /* written when a request ends */
    .columns = &column_reader,
    TC_LINE_LOG_PARSER(&format),
};
