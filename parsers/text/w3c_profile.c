#include "parsers/text/w3c_profile.h"
#include "parsers/base/hash.h"

#define COUNT(p, mark) ((p)->marks[TC_W3C_MARK_##mark])

enum {
    MANY_ROWS = 20, /* so many that a field of changing values must have changed */
    SERVER_ADDRESSES = 16,
    PORTS = 4,
    STATUSES = 24,
    COMPUTERS = 4,
    ODD_SHARE = 33 /* one in so many rows may be odd */
};

static uint32_t odd_rows(const tc_w3c_profile *p)
{
    return p->rows / ODD_SHARE;
}

/* Of the values that are there all but the odd one look like it. */
static bool all(const tc_w3c_profile *p, uint32_t marked)
{
    return p->filled > 0 && marked + odd_rows(p) >= p->filled && 2 * marked > p->filled;
}

/* And every row has one, but the odd. */
static bool always(const tc_w3c_profile *p)
{
    return p->filled + odd_rows(p) >= p->rows;
}

bool tc_w3c_profile_is_address(const tc_w3c_profile *p)
{
    return all(p, COUNT(p, ADDRESS));
}

bool tc_w3c_profile_is_number(const tc_w3c_profile *p)
{
    return all(p, COUNT(p, NUMBER));
}

bool tc_w3c_profile_is_port(const tc_w3c_profile *p)
{
    return p->rows > 0 && COUNT(p, WEB_PORT) == p->rows && p->distinct <= PORTS;
}

bool tc_w3c_profile_is_status(const tc_w3c_profile *p)
{
    return always(p) && all(p, COUNT(p, KNOWN_STATUS)) && p->distinct <= STATUSES;
}

/* -- which fields ------------------------------------------------------------------------------ */

static tc_w3c_fields fields_of_nothing(void)
{
    return TC_W3C_BIT(QUERY) | TC_W3C_BIT(USER) | TC_W3C_BIT(AGENT) | TC_W3C_BIT(COOKIE) |
           TC_W3C_BIT(REFERER) | TC_W3C_BIT(HOST) | TC_W3C_BIT(FORWARDED);
}

static tc_w3c_fields fields_of_bytes(const tc_w3c_profile *p)
{
    tc_w3c_fields may = 0;
    uint32_t zeros = COUNT(p, ZERO);
    if (COUNT(p, SMALL) > odd_rows(p)) return 0;
    if (2 * zeros <= p->filled) may |= TC_W3C_BIT(BYTES_SENT);
    if (5 * zeros <= p->filled) may |= TC_W3C_BIT(BYTES_RECEIVED);
    return may;
}

/* Of the values that are not zero nearly all look like it. */
static bool failures_are(const tc_w3c_profile *p, uint32_t marked)
{
    uint32_t zeros = COUNT(p, ZERO);
    return p->distinct < TC_W3C_DISTINCT_MAX && 10 * (marked - zeros) >= 9 * (p->filled - zeros);
}

/* Changing statuses, among them success: no count of bytes changes like that. */
static bool must_be_status(const tc_w3c_profile *p)
{
    return p->rows >= MANY_ROWS && COUNT(p, KNOWN_STATUS) == p->rows && COUNT(p, OK) > 0 &&
           p->distinct > 1 && p->distinct <= STATUSES;
}

/* Changing errors and nothing else: no time changes like that. */
static bool must_be_error(const tc_w3c_profile *p)
{
    return p->rows >= MANY_ROWS && COUNT(p, WIN32) == p->rows && COUNT(p, LARGE) > 0 &&
           p->distinct > 2 && p->distinct < TC_W3C_DISTINCT_MAX;
}

static tc_w3c_fields fields_of_numbers(const tc_w3c_profile *p)
{
    tc_w3c_fields may = 0;
    /* A search for a number, the number of a person: not in every row. */
    if (!always(p)) return TC_W3C_BIT(QUERY) | TC_W3C_BIT(USER) | TC_W3C_BIT(OTHER);
    if (must_be_status(p)) return TC_W3C_BIT(STATUS);
    if (COUNT(p, PORT) == p->rows && p->distinct <= PORTS) may |= TC_W3C_BIT(PORT);
    if (all(p, COUNT(p, STATUS))) may |= TC_W3C_BIT(STATUS);
    if (failures_are(p, COUNT(p, SUBSTATUS))) may |= TC_W3C_BIT(SUBSTATUS);
    if (failures_are(p, COUNT(p, WIN32))) may |= TC_W3C_BIT(WIN32);
    if (p->rows < MANY_ROWS || (COUNT(p, ZERO) < p->filled && !must_be_error(p)))
        may |= TC_W3C_BIT(TAKEN);
    if (p->rows < MANY_ROWS) may |= TC_W3C_BIT(QUERY);
    return may | fields_of_bytes(p) | TC_W3C_BIT(OTHER);
}

static tc_w3c_fields fields_of_addresses(const tc_w3c_profile *p)
{
    tc_w3c_fields may = TC_W3C_BIT(FORWARDED);
    if (COUNT(p, ADDRESSES) > 0) return may;
    if (always(p)) may |= TC_W3C_BIT(CLIENT_IP);
    if (p->filled == p->rows && p->distinct <= SERVER_ADDRESSES)
        may |= TC_W3C_BIT(SERVER_IP) | TC_W3C_BIT(HOST) | TC_W3C_BIT(AGENT);
    return may;
}

/* Kinds of text that no other field has. */
static tc_w3c_fields fields_of_plain_kinds(const tc_w3c_profile *p)
{
    const struct {
        uint32_t marked;
        bool everywhere;
        tc_w3c_fields field;
    } kinds[] = {
        {COUNT(p, DATE), true, TC_W3C_BIT(DATE)},
        {COUNT(p, CLOCK), true, TC_W3C_BIT(TIME)},
        {COUNT(p, VERSION), false, TC_W3C_BIT(VERSION)},
        {COUNT(p, METHOD), true, TC_W3C_BIT(METHOD)},
        {COUNT(p, SITE), true, TC_W3C_BIT(SITE)},
        {COUNT(p, PATH), true, TC_W3C_BIT(STEM)},
    };
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
        if (all(p, kinds[i].marked) && (!kinds[i].everywhere || always(p))) return kinds[i].field;
    /* Scanners send anything as a method, but not only. */
    if (always(p) && COUNT(p, METHOD) > 2 && 10 * COUNT(p, METHOD) >= 9 * p->filled)
        return TC_W3C_BIT(METHOD);
    return 0;
}

static tc_w3c_fields fields_of_pairs(const tc_w3c_profile *p)
{
    tc_w3c_fields may = 0;
    bool query = COUNT(p, AMPERSAND) > 0, cookie = COUNT(p, SEMICOLON) > 0;
    if (10 * COUNT(p, PAIR) >= 9 * p->filled && !(query && !cookie)) may |= TC_W3C_BIT(COOKIE);
    if (!(cookie && !query)) may |= TC_W3C_BIT(QUERY);
    return may;
}

static tc_w3c_fields fields_of_names(const tc_w3c_profile *p)
{
    tc_w3c_fields may = 0;
    if (10 * COUNT(p, NAME) >= 9 * p->filled) may |= TC_W3C_BIT(USER);
    if (COUNT(p, COMPUTER) == p->rows && p->distinct <= COMPUTERS) may |= TC_W3C_BIT(COMPUTER);
    /* The client says which host it wants, and scanners say anything. */
    if (2 * COUNT(p, HOST) > p->filled) may |= TC_W3C_BIT(HOST);
    return may;
}

/* What a client says of itself can be anything, and one client's requests may be all that is seen:
 * an agent like another field is told from it by its place alone. */
static tc_w3c_fields fields_of_text(const tc_w3c_profile *p)
{
    tc_w3c_fields plain = fields_of_plain_kinds(p);
    if (plain == TC_W3C_BIT(VERSION)) plain |= TC_W3C_BIT(AGENT);
    if (plain) return plain;
    if (2 * COUNT(p, AGENT) > p->filled) return TC_W3C_BIT(AGENT);
    if (all(p, COUNT(p, URL)))
        return TC_W3C_BIT(REFERER) | TC_W3C_BIT(AGENT) | (p->filled < 3 ? TC_W3C_BIT(QUERY) : 0);
    bool accounts = 2 * COUNT(p, ACCOUNT) > p->filled;
    tc_w3c_fields may = fields_of_names(p) | TC_W3C_BIT(OTHER);
    if (accounts) return may;
    may |= fields_of_pairs(p) | TC_W3C_BIT(AGENT);
    /* Something at least is one: junk that scanners send as where they come from. */
    if (2 * COUNT(p, URL) > p->filled) may |= TC_W3C_BIT(REFERER);
    return may;
}

static tc_w3c_fields fields_of(const tc_w3c_profile *p)
{
    if (p->filled == 0) return fields_of_nothing();
    if (tc_w3c_profile_is_number(p)) return fields_of_numbers(p);
    if (tc_w3c_profile_is_address(p)) return fields_of_addresses(p);
    return fields_of_text(p);
}

/* -- counting ---------------------------------------------------------------------------------- */

static void note_distinct(tc_w3c_profile *p, tc_cell cell)
{
    if (p->distinct == TC_W3C_DISTINCT_MAX) return;
    uint64_t hash = tc_content_hash(tc_slice_make(cell.ptr, cell.len));
    for (uint32_t i = 0; i < p->distinct; i++)
        if (p->hashes[i] == hash) return;
    p->hashes[p->distinct++] = hash;
}

static void note(tc_w3c_profile *p, tc_cell cell)
{
    uint64_t number;
    p->rows++;
    if (cell.len == 0 || cell.form == TC_FORM_NULL) return;
    p->filled++;
    note_distinct(p, cell);
    uint32_t marks = tc_w3c_token_marks(cell, &number);
    for (unsigned m = 0; m < TC_W3C_MARK_COUNT; m++)
        p->marks[m] += marks >> m & 1;
}

/* The only column that is certain to be the status; width if none is. */
static size_t find_status(const tc_w3c_table *table, const tc_w3c_profile *profiles)
{
    size_t found = table->width;
    for (size_t c = 0; c < table->width; c++) {
        if (!(profiles[c].may & TC_W3C_BIT(STATUS)) || !tc_w3c_profile_is_status(&profiles[c]))
            continue;
        if (found < table->width) return table->width;
        found = c;
    }
    return found;
}

static bool went_well(tc_cell status)
{
    return status.len == 3 && status.ptr[0] < '4';
}

/* A request that went well has no substatus; an error of the network it may have all the same. */
static void hold_against_status(const tc_w3c_table *table, tc_w3c_profile *profiles)
{
    size_t status = find_status(table, profiles);
    for (size_t c = 0; c < table->width && status < table->width; c++) {
        tc_w3c_profile *p = &profiles[c];
        if (!(p->may & TC_W3C_BIT(SUBSTATUS))) continue;
        for (size_t r = 0; r < table->rows; r++) {
            const tc_cell *row = table->cells + r * table->width;
            bool zero = row[c].len == 1 && row[c].ptr[0] == '0';
            p->failing += went_well(row[status]) && !zero;
        }
        if (p->rows >= MANY_ROWS && 10 * p->failing > p->rows) p->may &= ~TC_W3C_BIT(SUBSTATUS);
    }
}

/* What the request at least was long, by the parts of it that are certain. */
static size_t request_length(const tc_w3c_table *table, const tc_w3c_profile *profiles,
                             const tc_cell *row)
{
    const tc_w3c_fields parts = TC_W3C_BIT(STEM) | TC_W3C_BIT(AGENT) | TC_W3C_BIT(REFERER);
    size_t length = 0;
    for (size_t c = 0; c < table->width; c++)
        if (profiles[c].may != 0 && (profiles[c].may & ~parts) == 0) length += row[c].len;
    return length;
}

/* Few rows show no zeros and no habits: then a number that is once too small for its request, or
 * for any answer, is no count of bytes. */
static void hold_against_requests(const tc_w3c_table *table, tc_w3c_profile *profiles)
{
    for (size_t c = 0; c < table->width && table->rows < MANY_ROWS; c++) {
        tc_w3c_profile *p = &profiles[c];
        bool shorter = false;
        for (size_t r = 0; r < table->rows && !shorter; r++) {
            const tc_cell *row = table->cells + r * table->width;
            uint64_t number = 0;
            (void)tc_w3c_token_marks(row[c], &number);
            shorter = number < request_length(table, profiles, row);
        }
        if (shorter) p->may &= ~TC_W3C_BIT(BYTES_RECEIVED);
        if (COUNT(p, TINY) > 0) p->may &= ~TC_W3C_BIT(BYTES_SENT);
    }
}

/* Scanners send paths as queries, too: of several columns of them any may be the query. */
static void share_paths(size_t width, tc_w3c_profile *profiles)
{
    size_t paths = 0;
    for (size_t c = 0; c < width; c++)
        paths += profiles[c].may == TC_W3C_BIT(STEM);
    for (size_t c = 0; c < width && paths > 1; c++)
        if (profiles[c].may == TC_W3C_BIT(STEM)) profiles[c].may |= TC_W3C_BIT(QUERY);
}

void tc_w3c_profile_all(const tc_w3c_table *table, tc_w3c_profile *profiles)
{
    memset(profiles, 0, table->width * sizeof *profiles);
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->width; c++)
            note(&profiles[c], table->cells[r * table->width + c]);
    for (size_t c = 0; c < table->width; c++)
        profiles[c].may = fields_of(&profiles[c]);
    hold_against_status(table, profiles);
    hold_against_requests(table, profiles);
    share_paths(table->width, profiles);
}
