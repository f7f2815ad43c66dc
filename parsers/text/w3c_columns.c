#include "parsers/text/w3c_columns.h"

typedef enum column {
    END = 0,
    DATE,
    TIME,
    SITE,
    COMPUTER,
    SERVER_IP,
    METHOD,
    STEM,
    QUERY,
    PORT,
    USER,
    CLIENT_IP,
    VERSION,
    AGENT,
    COOKIE,
    REFERER,
    REFERER_URL,
    HOST,
    HOST_NAME,
    STATUS,
    SUBSTATUS,
    WIN32,
    BYTES_SENT,
    BYTES_RECEIVED,
    TAKEN,
    FORWARDED,
    FORWARDED_PORT,
    COLUMN_COUNT
} column;

/* REFERER_URL and HOST_NAME are the same columns with a stricter shape: the layouts of 16 columns
 * can only be told apart by them. */
static const struct {
    const char *name;
    tc_w3c_shape shape;
} columns[COLUMN_COUNT] = {
    [END] = {"", TC_W3C_ANY},
    [DATE] = {"date", TC_W3C_DATE},
    [TIME] = {"time", TC_W3C_CLOCK},
    [SITE] = {"s-sitename", TC_W3C_SITE},
    [COMPUTER] = {"s-computername", TC_W3C_ANY},
    [SERVER_IP] = {"s-ip", TC_W3C_ADDRESS},
    [METHOD] = {"cs-method", TC_W3C_METHOD},
    [STEM] = {"cs-uri-stem", TC_W3C_PATH},
    [QUERY] = {"cs-uri-query", TC_W3C_ANY},
    [PORT] = {"s-port", TC_W3C_NUMBER},
    [USER] = {"cs-username", TC_W3C_ANY},
    [CLIENT_IP] = {"c-ip", TC_W3C_ADDRESS},
    [VERSION] = {"cs-version", TC_W3C_VERSION},
    [AGENT] = {"cs(User-Agent)", TC_W3C_ANY},
    [COOKIE] = {"cs(Cookie)", TC_W3C_ANY},
    [REFERER] = {"cs(Referer)", TC_W3C_ANY},
    [REFERER_URL] = {"cs(Referer)", TC_W3C_URL},
    [HOST] = {"cs-host", TC_W3C_ANY},
    [HOST_NAME] = {"cs-host", TC_W3C_HOST},
    [STATUS] = {"sc-status", TC_W3C_STATUS},
    [SUBSTATUS] = {"sc-substatus", TC_W3C_NUMBER},
    [WIN32] = {"sc-win32-status", TC_W3C_NUMBER},
    [BYTES_SENT] = {"sc-bytes", TC_W3C_NUMBER},
    [BYTES_RECEIVED] = {"cs-bytes", TC_W3C_NUMBER},
    [TAKEN] = {"time-taken", TC_W3C_NUMBER},
    [FORWARDED] = {"X-Forwarded-For", TC_W3C_ADDRESSES},
    [FORWARDED_PORT] = {"X-Forwarded-Port", TC_W3C_NUMBER},
};

/* Names that stand in headers only, besides the first of each name above. */
static const struct {
    const char *name;
    tc_w3c_shape shape;
} header_columns[] = {
    {"date-local", TC_W3C_DATE},    {"time-local", TC_W3C_CLOCK}, {"c-port", TC_W3C_NUMBER},
    {"TimeTakenMS", TC_W3C_NUMBER}, {"cs(Referer)", TC_W3C_URL},  {"cs(Referrer)", TC_W3C_URL},
    {"cs(Host)", TC_W3C_HOST},      {"cs-host", TC_W3C_HOST},     {"OriginalIP", TC_W3C_ADDRESSES},
};

#define FIRST DATE, TIME
#define REQUEST METHOD, STEM, QUERY, PORT, USER, CLIENT_IP
#define RESULT STATUS, SUBSTATUS, WIN32

static const uint8_t layouts[TC_W3C_LAYOUTS][TC_W3C_LAYOUT_WIDTH + 1] = {
    /* IIS 8 and later; the rows of a plain Exchange 2013+ server */
    {FIRST, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN},
    /* IIS 7 and 7.5 */
    {FIRST, SERVER_IP, REQUEST, AGENT, RESULT, TAKEN},
    /* IIS 6 */
    {FIRST, SITE, SERVER_IP, REQUEST, AGENT, RESULT},
    {FIRST, COMPUTER, SERVER_IP, REQUEST, AGENT, RESULT},
    /* IIS 8 behind a load balancer */
    {FIRST, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN, FORWARDED},
    {FIRST, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN, FORWARDED, FORWARDED_PORT},
    {FIRST, COMPUTER, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN, FORWARDED},
    {FIRST, COMPUTER, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN, FORWARDED, FORWARDED_PORT},
    /* IIS 7 behind a load balancer */
    {FIRST, SERVER_IP, REQUEST, AGENT, RESULT, TAKEN, FORWARDED},
    /* one more header of the request */
    {FIRST, SERVER_IP, REQUEST, AGENT, REFERER_URL, HOST_NAME, RESULT, TAKEN},
    {FIRST, SERVER_IP, REQUEST, AGENT, COOKIE, HOST_NAME, RESULT, TAKEN},
    {FIRST, SERVER_IP, REQUEST, AGENT, COOKIE, REFERER, RESULT, TAKEN},
    /* with the site, the computer, or both */
    {FIRST, SITE, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN},
    {FIRST, COMPUTER, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN},
    {FIRST, SITE, COMPUTER, SERVER_IP, REQUEST, AGENT, REFERER, RESULT, TAKEN},
    /* without s-ip, with byte counts */
    {FIRST, SITE, REQUEST, AGENT, COOKIE, REFERER, HOST, RESULT, BYTES_SENT, BYTES_RECEIVED, TAKEN},
    /* without s-computername and one of the request's headers */
    {FIRST, SITE, SERVER_IP, REQUEST, VERSION, AGENT, REFERER, HOST, RESULT, BYTES_SENT,
     BYTES_RECEIVED, TAKEN},
    /* without s-computername */
    {FIRST, SITE, SERVER_IP, REQUEST, VERSION, AGENT, COOKIE, REFERER, HOST, RESULT, BYTES_SENT,
     BYTES_RECEIVED, TAKEN},
    /* every field that IIS offers */
    {FIRST, SITE, COMPUTER, SERVER_IP, REQUEST, VERSION, AGENT, COOKIE, REFERER, HOST, RESULT,
     BYTES_SENT, BYTES_RECEIVED, TAKEN},
    /* IIS 5 */
    {FIRST, CLIENT_IP, USER, SERVER_IP, PORT, METHOD, STEM, QUERY, STATUS, AGENT},
};

static bool is_digit(uint8_t c)
{
    return (uint8_t)(c - '0') < 10;
}

static bool all_digits(const uint8_t *at, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_digit(at[i])) return false;
    return length > 0;
}

/* 'd' stands for a digit. */
static bool has_form(const uint8_t *at, const char *form, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (form[i] == 'd' ? !is_digit(at[i]) : at[i] != (uint8_t)form[i]) return false;
    return true;
}

static bool is_address(const uint8_t *at, size_t length, bool list)
{
    bool punctuated = false;
    for (size_t i = 0; i < length; i++) {
        uint8_t c = at[i];
        if (c == '.' || c == ':')
            punctuated = true;
        else if (!is_digit(c) && (uint8_t)((c | 0x20) - 'a') > 5 && c != '%' && c != '[' &&
                 c != ']' && !(list && (c == ',' || c == '+')))
            return false;
    }
    return punctuated;
}

/* A word, or the JSON that scanners send where a method belongs. */
static bool is_method(const uint8_t *at, size_t length)
{
    if (at[0] == '{' || at[0] == '[') return true;
    for (size_t i = 0; i < length; i++)
        if ((uint8_t)((at[i] | 0x20) - 'a') > 25 && at[i] != '_' && at[i] != '-') return false;
    return length <= 32;
}

static bool is_site(const uint8_t *at, size_t length)
{
    static const char service[] = "SVC";
    size_t digits = 0;
    while (digits < length && is_digit(at[length - 1 - digits]))
        digits++;
    size_t left = length - digits;
    return digits > 0 && left > 3 && memcmp(at + left - 3, service, 3) == 0;
}

static bool is_host(const uint8_t *at, size_t length)
{
    bool letter = false;
    for (size_t i = 0; i < length; i++) {
        uint8_t c = at[i];
        if ((uint8_t)((c | 0x20) - 'a') < 26)
            letter = true;
        else if (!is_digit(c) && c != '.' && c != '-' && c != ':' && c != '_')
            return false;
    }
    return letter || is_address(at, length, false);
}

bool tc_w3c_shape_fits(tc_w3c_shape shape, tc_cell cell)
{
    const uint8_t *at = cell.ptr;
    size_t length = cell.len;
    if (length == 0) return shape == TC_W3C_ANY;
    bool null = cell.form == TC_FORM_NULL;
    switch (shape) {
    case TC_W3C_DATE:
        return length == 10 && has_form(at, "dddd-dd-dd", 10);
    case TC_W3C_CLOCK:
        return length >= 8 && has_form(at, "dd:dd:dd", 8) && (length == 8 || at[8] == '.');
    case TC_W3C_ADDRESS:
        return null || is_address(at, length, false);
    case TC_W3C_ADDRESSES:
        return null || is_address(at, length, true);
    case TC_W3C_METHOD:
        return null || is_method(at, length);
    case TC_W3C_NUMBER:
        return null || (length <= 20 && all_digits(at, length));
    case TC_W3C_STATUS:
        return null || (length == 3 && all_digits(at, 3));
    case TC_W3C_VERSION:
        return null || (length > 5 && memcmp(at, "HTTP/", 5) == 0);
    case TC_W3C_SITE:
        return is_site(at, length);
    case TC_W3C_PATH:
        return null || at[0] == '/' || at[0] == '*';
    case TC_W3C_URL:
        return null || tc_slice_search(tc_slice_make(at, length), TC_LIT("://")) != TC_NPOS;
    case TC_W3C_HOST:
        return null || is_host(at, length);
    case TC_W3C_ANY:
    case TC_W3C_SHAPE_COUNT:
        break;
    }
    return true;
}

tc_w3c_shape tc_w3c_shape_of(tc_slice name)
{
    for (size_t i = 0; i < TC_COUNT_OF(header_columns); i++)
        if (tc_slice_equal_ascii(name, tc_slice_of(header_columns[i].name)))
            return header_columns[i].shape;
    for (size_t i = DATE; i < COLUMN_COUNT; i++)
        if (tc_slice_equal_ascii(name, tc_slice_of(columns[i].name))) return columns[i].shape;
    return TC_W3C_ANY;
}

size_t tc_w3c_layout_width(size_t layout)
{
    size_t width = 0;
    while (layouts[layout][width] != END)
        width++;
    return width;
}

size_t tc_w3c_layout_names(size_t layout, tc_slice names[TC_W3C_LAYOUT_WIDTH])
{
    size_t width = tc_w3c_layout_width(layout);
    for (size_t i = 0; i < width; i++)
        names[i] = tc_slice_of(columns[layouts[layout][i]].name);
    return width;
}

static bool layout_fits(const uint8_t *layout, const tc_cell *cells, size_t count)
{
    if (layout[count] != END) return false;
    for (size_t i = 0; i < count; i++)
        if (layout[i] == END || !tc_w3c_shape_fits(columns[layout[i]].shape, cells[i]))
            return false;
    return true;
}

int tc_w3c_layout_of(const tc_cell *cells, size_t count)
{
    if (count > TC_W3C_LAYOUT_WIDTH) return -1;
    for (size_t i = 0; i < TC_W3C_LAYOUTS; i++)
        if (layout_fits(layouts[i], cells, count)) return (int)i;
    return -1;
}
