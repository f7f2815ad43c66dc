#include "parsers/text/w3c_token.h"
#include "parsers/text/w3c_columns.h"

#define BIT(mark) (UINT32_C(1) << TC_W3C_MARK_##mark)
#define SMALLEST_MESSAGE 16 /* "GET / HTTP/1.0" and its line ends */
#define SMALLEST_ANSWER 60  /* "HTTP/1.1 200 OK", a date, a length */

static bool is_letter(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26;
}

/* -- numbers ----------------------------------------------------------------------------------- */

static bool is_listed(uint64_t n, const uint16_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == n) return true;
    return false;
}
#define IS_LISTED(n, list) is_listed(n, list, TC_COUNT_OF(list))

static bool is_web_port(uint64_t n)
{
    static const uint16_t ports[] = {80, 81, 443, 444, 8000, 8008, 8080, 8081, 8443, 8888, 9443};
    return IS_LISTED(n, ports);
}

static bool is_known_status(uint64_t n)
{
    static const uint16_t statuses[] = {100, 101, 200, 201, 202, 204, 206, 207, 301, 302, 303,
                                        304, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409,
                                        411, 412, 413, 414, 415, 416, 417, 426, 429, 440, 449,
                                        451, 456, 499, 500, 501, 502, 503, 504, 505, 507};
    return IS_LISTED(n, statuses);
}

/* Microsoft, "HTTP status codes in IIS": 0 to 30 and so, 100, and 501 to 503 of the filters. */
static bool is_substatus(uint64_t n)
{
    return n <= 40 || n == 100 || (n >= 501 && n <= 503);
}

/* Errors of files, networks and logons, and every HRESULT and SSPI status that is a failure. */
static bool is_win32(uint64_t n)
{
    static const uint16_t errors[] = {
        0,    2,    3,    5,    50,   53,   64,   67,   87,   121,  122,  123,  161,  206,
        258,  487,  995,  997,  1003, 1168, 1223, 1229, 1236, 1260, 1265, 1314, 1326, 1327,
        1328, 1329, 1330, 1331, 1385, 1396, 1450, 1460, 1722, 1792, 1793, 1907, 1909, 12152};
    return IS_LISTED(n, errors) || (n >= UINT32_C(0x80000000) && n <= UINT32_MAX);
}

static uint32_t range_marks(uint64_t n)
{
    static const struct {
        uint64_t from, to;
        uint32_t mark;
    } ranges[] = {{0, 0, BIT(ZERO)},
                  {1, SMALLEST_MESSAGE - 1, BIT(SMALL)},
                  {1, SMALLEST_ANSWER - 1, BIT(TINY)},
                  {1, UINT16_MAX, BIT(PORT)},
                  {200, 200, BIT(OK)},
                  {SMALLEST_MESSAGE, UINT64_MAX, BIT(LARGE)}};
    uint32_t marks = 0;
    for (size_t i = 0; i < TC_COUNT_OF(ranges); i++)
        if (n >= ranges[i].from && n <= ranges[i].to) marks |= ranges[i].mark;
    return marks;
}

static uint32_t number_marks(tc_slice s, uint64_t *ret)
{
    if (s.len > 19 || !tc_slice_to_u64(s, ret)) return 0;
    uint64_t n = *ret;
    uint32_t marks = BIT(NUMBER) | range_marks(n);
    if (is_web_port(n)) marks |= BIT(WEB_PORT);
    if (s.len == 3 && n >= 100 && n < 600) marks |= BIT(STATUS);
    if (is_known_status(n)) marks |= BIT(KNOWN_STATUS);
    if (is_substatus(n)) marks |= BIT(SUBSTATUS);
    if (is_win32(n)) marks |= BIT(WIN32);
    return marks;
}

/* -- words ------------------------------------------------------------------------------------- */

static bool is_known_method(tc_slice s)
{
    static const char *const methods[] = {
        "GET",      "POST",      "HEAD",          "OPTIONS",     "PUT",         "DELETE",
        "TRACE",    "CONNECT",   "PATCH",         "DEBUG",       "RPC_IN_DATA", "RPC_OUT_DATA",
        "PROPFIND", "PROPPATCH", "MKCOL",         "COPY",        "MOVE",        "LOCK",
        "UNLOCK",   "SEARCH",    "SUBSCRIBE",     "UNSUBSCRIBE", "POLL",        "NOTIFY",
        "BCOPY",    "BDELETE",   "BMOVE",         "BPROPFIND",   "BPROPPATCH",  "REPORT",
        "CCM_POST", "BITS_POST", "X-MS-ENUMATTS", "ACL",         "MERGE",       "VERSION-CONTROL"};
    for (size_t i = 0; i < TC_COUNT_OF(methods); i++)
        if (tc_slice_equal(s, tc_slice_of(methods[i]))) return true;
    return false;
}

/* Enough of the punctuation for an address whose digits may have been made up. */
static bool is_address(tc_slice s)
{
    size_t dots = 0, colons = 0, digits = 0;
    for (size_t i = 0; i < s.len; i++) {
        dots += s.ptr[i] == '.';
        colons += s.ptr[i] == ':';
        digits += tc_is_digit(s.ptr[i]);
    }
    return digits > 0 && (dots >= 3 || colons >= 2);
}

/* Every address of a list; *ret_many: there are several. */
static bool are_addresses(tc_cell cell, bool *ret_many)
{
    tc_slice rest = tc_slice_make(cell.ptr, cell.len);
    *ret_many = tc_slice_find(rest, ',') != TC_NPOS;
    if (!tc_w3c_shape_fits(TC_W3C_ADDRESSES, cell)) return false;
    while (rest.ptr && rest.len)
        if (!is_address(tc_slice_split(rest, ',', &rest))) return false;
    return true;
}

/* Name/1.2, as products call themselves. */
static bool is_agent(tc_slice s)
{
    size_t slash = tc_slice_find(s, '/');
    if (slash == TC_NPOS || slash == 0 || slash + 1 >= s.len || !is_letter(s.ptr[0])) return false;
    for (size_t i = 0; i < slash; i++)
        if (s.ptr[i] == '=' || s.ptr[i] == '&' || s.ptr[i] == '\\' || s.ptr[i] == ':') return false;
    return tc_is_digit(s.ptr[slash + 1]) || tc_slice_search(s, TC_LIT("+(")) != TC_NPOS;
}

static bool is_url(tc_slice s)
{
    size_t colon = tc_slice_search(s, TC_LIT("://"));
    if (colon == TC_NPOS || colon == 0 || colon > 12) return false;
    for (size_t i = 0; i < colon; i++)
        if (!is_letter(s.ptr[i])) return false;
    return true;
}

static bool holds_any(tc_slice s, const char *bytes)
{
    for (; *bytes; bytes++)
        if (tc_slice_find(s, (uint8_t)*bytes) != TC_NPOS) return true;
    return false;
}

/* A NetBIOS name. */
static bool is_computer(tc_slice s)
{
    bool letter = false;
    for (size_t i = 0; i < s.len; i++) {
        letter = letter || is_letter(s.ptr[i]);
        if (!is_letter(s.ptr[i]) && !tc_is_digit(s.ptr[i]) && s.ptr[i] != '-' && s.ptr[i] != '_')
            return false;
    }
    return letter && s.len <= 15;
}

/* Its last part is letters. */
static bool is_domain(tc_slice s)
{
    size_t colon = tc_slice_find(s, ':'), letters = 0;
    if (colon != TC_NPOS) s = tc_slice_sub(s, 0, colon);
    size_t dot = tc_slice_rfind(s, '.');
    if (dot == TC_NPOS || dot == 0) return false;
    for (size_t i = dot + 1; i < s.len; i++)
        letters += is_letter(s.ptr[i]);
    return letters > 1 && letters == s.len - dot - 1;
}

static uint32_t name_marks(tc_slice s)
{
    uint32_t marks = 0;
    if (tc_slice_find(s, '=') != TC_NPOS) marks |= BIT(PAIR);
    if (tc_slice_find(s, '&') != TC_NPOS) marks |= BIT(AMPERSAND);
    if (tc_slice_search(s, TC_LIT(";+")) != TC_NPOS) marks |= BIT(SEMICOLON);
    if (!holds_any(s, "=&?(;") && tc_slice_search(s, TC_LIT("://")) == TC_NPOS && s.ptr[0] != '/') {
        marks |= BIT(NAME);
        if (holds_any(s, "\\@")) marks |= BIT(ACCOUNT);
    }
    if (is_computer(s)) marks |= BIT(COMPUTER);
    return marks;
}

static uint32_t text_marks(tc_cell cell, tc_slice s)
{
    static const struct {
        tc_w3c_shape shape;
        uint32_t mark;
    } shapes[] = {{TC_W3C_DATE, BIT(DATE)},
                  {TC_W3C_VERSION, BIT(VERSION)},
                  {TC_W3C_SITE, BIT(SITE)},
                  {TC_W3C_HOST, BIT(HOST)}};
    uint32_t marks = name_marks(s);
    bool many = false;
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++)
        if (tc_w3c_shape_fits(shapes[i].shape, cell)) marks |= shapes[i].mark;
    if ((marks & BIT(HOST)) && is_domain(s)) marks |= BIT(DOMAIN);
    if (s.len == 8 && tc_w3c_shape_fits(TC_W3C_CLOCK, cell))
        marks |= BIT(CLOCK);
    else if (are_addresses(cell, &many))
        marks |= many ? BIT(ADDRESS) | BIT(ADDRESSES) : BIT(ADDRESS);
    if (s.ptr[0] == '/' || (s.len == 1 && s.ptr[0] == '*')) marks |= BIT(PATH);
    if (is_known_method(s)) marks |= BIT(METHOD);
    if (is_url(s)) marks |= BIT(URL);
    if (is_agent(s)) marks |= BIT(AGENT);
    return marks;
}

uint32_t tc_w3c_token_marks(tc_cell cell, uint64_t *ret_number)
{
    tc_slice s = tc_slice_make(cell.ptr, cell.len);
    *ret_number = 0;
    if (cell.len == 0 || cell.form == TC_FORM_NULL) return 0;
    uint32_t marks = number_marks(s, ret_number);
    return marks ? marks : text_marks(cell, s);
}
