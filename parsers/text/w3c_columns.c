#include "parsers/text/w3c_columns.h"

typedef struct column {
    const char *name;
    tc_w3c_shape shape;
} column;

static const column fields[TC_W3C_FIELD_COUNT] = {
    [TC_W3C_FIELD_DATE] = {"date", TC_W3C_DATE},
    [TC_W3C_FIELD_TIME] = {"time", TC_W3C_CLOCK},
    [TC_W3C_FIELD_SITE] = {"s-sitename", TC_W3C_SITE},
    [TC_W3C_FIELD_COMPUTER] = {"s-computername", TC_W3C_ANY},
    [TC_W3C_FIELD_SERVER_IP] = {"s-ip", TC_W3C_ADDRESS},
    [TC_W3C_FIELD_METHOD] = {"cs-method", TC_W3C_METHOD},
    [TC_W3C_FIELD_STEM] = {"cs-uri-stem", TC_W3C_PATH},
    [TC_W3C_FIELD_QUERY] = {"cs-uri-query", TC_W3C_ANY},
    [TC_W3C_FIELD_PORT] = {"s-port", TC_W3C_NUMBER},
    [TC_W3C_FIELD_USER] = {"cs-username", TC_W3C_ANY},
    [TC_W3C_FIELD_CLIENT_IP] = {"c-ip", TC_W3C_ADDRESS},
    [TC_W3C_FIELD_VERSION] = {"cs-version", TC_W3C_VERSION},
    [TC_W3C_FIELD_AGENT] = {"cs(User-Agent)", TC_W3C_ANY},
    [TC_W3C_FIELD_COOKIE] = {"cs(Cookie)", TC_W3C_ANY},
    [TC_W3C_FIELD_REFERER] = {"cs(Referer)", TC_W3C_URL},
    [TC_W3C_FIELD_HOST] = {"cs-host", TC_W3C_HOST},
    [TC_W3C_FIELD_STATUS] = {"sc-status", TC_W3C_STATUS},
    [TC_W3C_FIELD_SUBSTATUS] = {"sc-substatus", TC_W3C_NUMBER},
    [TC_W3C_FIELD_WIN32] = {"sc-win32-status", TC_W3C_NUMBER},
    [TC_W3C_FIELD_BYTES_SENT] = {"sc-bytes", TC_W3C_NUMBER},
    [TC_W3C_FIELD_BYTES_RECEIVED] = {"cs-bytes", TC_W3C_NUMBER},
    [TC_W3C_FIELD_TAKEN] = {"time-taken", TC_W3C_NUMBER},
    [TC_W3C_FIELD_FORWARDED] = {"X-Forwarded-For", TC_W3C_ADDRESSES},
    [TC_W3C_FIELD_OTHER] = {"-", TC_W3C_ANY},
};

/* Names that other makers and other versions write. */
static const column others[] = {
    {"date-local", TC_W3C_DATE},
    {"time-local", TC_W3C_CLOCK},
    {"c-port", TC_W3C_NUMBER},
    {"cs-uri", TC_W3C_ANY},
    {"TimeTakenMS", TC_W3C_NUMBER},
    {"cs-user-agent", TC_W3C_ANY},
    {"c-useragent", TC_W3C_ANY},
    {"c-agent", TC_W3C_ANY},
    {"s-operation", TC_W3C_METHOD},
    {"cs-uri-path", TC_W3C_PATH},
    {"cs-user", TC_W3C_ANY},
    {"cs-protocol-version", TC_W3C_VERSION},
    {"cs-referred", TC_W3C_URL},
    {"r-host", TC_W3C_HOST},
    {"x-host-header", TC_W3C_HOST},
    {"cs-cookie", TC_W3C_ANY},
    {"cs-referer", TC_W3C_URL},
    {"cs(Referrer)", TC_W3C_URL},
    {"cs(Host)", TC_W3C_HOST},
    {"X-Forwarded-Port", TC_W3C_NUMBER},
    {"OriginalIP", TC_W3C_ADDRESSES},
    {"cs(OriginalIP)", TC_W3C_ADDRESSES},
    {"X-Real-IP", TC_W3C_ADDRESSES},
    {"cs(X-Real-IP)", TC_W3C_ADDRESSES},
    {"X-Client-IP", TC_W3C_ADDRESSES},
    {"cs(X-Client-IP)", TC_W3C_ADDRESSES},
    {"X-Original-IP", TC_W3C_ADDRESSES},
    {"cs(X-Forwarded-For)", TC_W3C_ADDRESSES},
    {"XForwardedFor", TC_W3C_ADDRESSES},
    {"X_FORWARDED_FOR", TC_W3C_ADDRESSES},
    {"CF-Connecting-IP", TC_W3C_ADDRESSES},
    {"cs(CF-Connecting-IP)", TC_W3C_ADDRESSES},
    {"True-Client-IP", TC_W3C_ADDRESSES},
    {"cs(True-Client-IP)", TC_W3C_ADDRESSES},
    {"XFF", TC_W3C_ADDRESSES},
    {"cs(XFF)", TC_W3C_ADDRESSES},
    {"X-Cluster-Client-IP", TC_W3C_ADDRESSES},
    {"cs(X-Cluster-Client-IP)", TC_W3C_ADDRESSES},
    {"Client-IP", TC_W3C_ADDRESSES},
    {"cs(Client-IP)", TC_W3C_ADDRESSES},
};

static bool all_digits(const uint8_t *at, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!tc_is_digit(at[i])) return false;
    return length > 0;
}

/* 'd' stands for a digit. */
static bool has_form(const uint8_t *at, const char *form, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (form[i] == 'd' ? !tc_is_digit(at[i]) : at[i] != (uint8_t)form[i]) return false;
    return true;
}

static bool is_address(const uint8_t *at, size_t length, bool list)
{
    bool punctuated = false;
    for (size_t i = 0; i < length; i++) {
        uint8_t c = at[i];
        if (c == '.' || c == ':')
            punctuated = true;
        else if (!tc_is_digit(c) && (uint8_t)((c | 0x20) - 'a') > 5 && c != '%' && c != '[' &&
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
    while (digits < length && tc_is_digit(at[length - 1 - digits]))
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
        else if (!tc_is_digit(c) && c != '.' && c != '-' && c != ':' && c != '_')
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

static tc_w3c_shape shape_in(const column *list, size_t count, tc_slice name, bool *ret_found)
{
    for (size_t i = 0; i < count; i++) {
        *ret_found = tc_slice_equal_ascii(name, tc_slice_of(list[i].name));
        if (*ret_found) return list[i].shape;
    }
    return TC_W3C_ANY;
}

static tc_w3c_shape find_shape(tc_slice name, bool *ret_found)
{
    tc_w3c_shape shape = shape_in(fields, TC_COUNT_OF(fields), name, ret_found);
    return *ret_found ? shape : shape_in(others, TC_COUNT_OF(others), name, ret_found);
}

tc_w3c_shape tc_w3c_shape_of(tc_slice name)
{
    bool found;
    return find_shape(name, &found);
}

static const char *name_in(const column *list, size_t count, tc_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal_ascii(name, tc_slice_of(list[i].name))) return list[i].name;
    return NULL;
}

tc_slice tc_w3c_column_name(tc_slice written)
{
    const char *name = name_in(fields, TC_COUNT_OF(fields), written);
    if (!name) name = name_in(others, TC_COUNT_OF(others), written);
    return name ? tc_slice_of(name) : written;
}

const char *tc_w3c_field_name(tc_w3c_field field)
{
    return fields[field].name;
}

bool tc_w3c_column_known(tc_slice name)
{
    /* Headers of requests and answers, and those of the administrator's own, are open lists. */
    static const char *const open[] = {"cs(", "sc(", "X-"};
    bool found;
    (void)find_shape(name, &found);
    for (size_t i = 0; i < TC_COUNT_OF(open); i++)
        found = found || tc_slice_starts_ascii(name, tc_slice_of(open[i]));
    return found;
}
