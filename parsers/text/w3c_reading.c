#include "parsers/text/w3c_reading.h"

#define NUMBERS                                                                                    \
    (TC_W3C_BIT(STATUS) | TC_W3C_BIT(SUBSTATUS) | TC_W3C_BIT(WIN32) | TC_W3C_BIT(BYTES_SENT) |     \
     TC_W3C_BIT(BYTES_RECEIVED) | TC_W3C_BIT(TAKEN) | TC_W3C_BIT(PORT))
/* What the detections lean on. */
#define LEANT_ON                                                                                   \
    (TC_W3C_BIT(DATE) | TC_W3C_BIT(TIME) | TC_W3C_BIT(METHOD) | TC_W3C_BIT(STEM) |                 \
     TC_W3C_BIT(QUERY) | TC_W3C_BIT(PORT) | TC_W3C_BIT(USER) | TC_W3C_BIT(CLIENT_IP) |             \
     TC_W3C_BIT(AGENT) | TC_W3C_BIT(STATUS) | TC_W3C_BIT(SUBSTATUS) | TC_W3C_BIT(WIN32) |          \
     TC_W3C_BIT(FORWARDED))

/* An order is believed if chance puts columns so less often than once in so many times. */
#define CHANCE_MAX 1e5
#define FREE_ROWS 30
#define FEW_ROWS 20
#define MANY_ADDRESSES 8

static bool is_one(tc_w3c_fields fields)
{
    return fields != 0 && (fields & (fields - 1)) == 0;
}

static bool is_plain_number(const tc_w3c_profile *p)
{
    return (p->may & NUMBERS) != 0 && tc_w3c_profile_is_number(p);
}

/* The only column of its kind; width if there is none or another. */
static size_t only_one(const tc_w3c_profile *profiles, size_t width, tc_w3c_fields field,
                       bool (*is)(const tc_w3c_profile *))
{
    size_t found = width;
    for (size_t c = 0; c < width; c++) {
        if (!(profiles[c].may & field) || !is(&profiles[c])) continue;
        if (found < width) return width;
        found = c;
    }
    return found;
}

/* -- in a server's order ----------------------------------------------------------------------- */

/* In how many ways columns of such kinds can be put: how little chance has to do with an order. */
static double ways_to_put(const tc_w3c_profile *profiles, size_t width)
{
    size_t columns = 0, addresses = 0, numbers = 0;
    size_t port = only_one(profiles, width, TC_W3C_BIT(PORT), tc_w3c_profile_is_port);
    double ways = 1;
    for (size_t c = 0; c < width; c++) {
        const tc_w3c_profile *p = &profiles[c];
        tc_w3c_fields may = p->may & ~TC_W3C_BIT(OTHER);
        if (p->filled == 0 ||
            (!is_one(may) && !tc_w3c_profile_is_address(p) && !is_plain_number(p)))
            continue;
        ways *= (double)++columns;
        if (tc_w3c_profile_is_address(p)) ways /= (double)++addresses;
        if (is_plain_number(p) && c != port) ways /= (double)++numbers;
    }
    return ways;
}

/* What each column may be in an order: a number of the administrator's own is known only where it
 * stands behind a balancer's address; that requests took no time at all is believed last. */
static void may_in_order(const tc_w3c_profile *profiles, size_t width, bool took_nothing,
                         tc_w3c_fields *may)
{
    for (size_t c = 0; c < width; c++) {
        const tc_w3c_profile *p = &profiles[c];
        may[c] = p->may;
        if (is_plain_number(p) && !(c > 0 && tc_w3c_profile_is_address(&profiles[c - 1])))
            may[c] &= ~TC_W3C_BIT(OTHER);
        if (!took_nothing && p->rows < FEW_ROWS && p->filled > 0 &&
            p->marks[TC_W3C_MARK_ZERO] == p->filled)
            may[c] &= ~TC_W3C_BIT(TAKEN);
    }
}

static bool read_in_order(const tc_w3c_profile *profiles, size_t width, tc_w3c_fields *can)
{
    tc_w3c_fields may[TC_W3C_WIDTH_MAX], one[TC_W3C_WIDTH_MAX];
    bool found = false;
    if (ways_to_put(profiles, width) < CHANCE_MAX) return false;
    memset(can, 0, width * sizeof *can);
    for (unsigned nothing = 0; nothing < 2 && !found; nothing++) {
        may_in_order(profiles, width, nothing != 0, may);
        for (const tc_w3c_order *order = tc_w3c_orders; order->maker; order++) {
            if (!tc_w3c_assign_ordered(order, may, width, one)) continue;
            found = true;
            for (size_t c = 0; c < width; c++)
                can[c] |= one[c];
        }
    }
    return found;
}

/* -- in no known order ------------------------------------------------------------------------- */

/* Takes the field from every column but this one. */
static void give_alone(tc_w3c_fields *may, size_t width, size_t column, tc_w3c_fields field)
{
    if (column == width) return;
    for (size_t c = 0; c < width; c++)
        may[c] &= c == column ? field : ~field;
}

static bool are_many_clients(const tc_w3c_profile *p)
{
    return tc_w3c_profile_is_address(p) && p->filled == p->rows && p->distinct > MANY_ADDRESSES &&
           p->marks[TC_W3C_MARK_ADDRESSES] == 0;
}

/* What balancers tell stands last in all logs, or it holds lists, or is not always there. What is
 * the same in all rows was told by none while clients change. An agent like an address is thought
 * of only where its place can show it. */
static void settle_addresses(const tc_w3c_profile *profiles, size_t width, tc_w3c_fields *may)
{
    bool clients = false;
    for (size_t c = 0; c < width; c++)
        clients = clients || are_many_clients(&profiles[c]);
    for (size_t c = 0; c < width; c++) {
        const tc_w3c_profile *p = &profiles[c];
        if (!tc_w3c_profile_is_address(p)) continue;
        may[c] &= ~TC_W3C_BIT(AGENT);
        if (p->marks[TC_W3C_MARK_ADDRESSES] > 0) continue;
        bool same = p->filled == p->rows && p->distinct == 1;
        if ((are_many_clients(p) && c + 1 < width) || (clients && same))
            may[c] &= ~TC_W3C_BIT(FORWARDED);
    }
}

static bool read_in_no_order(const tc_w3c_profile *profiles, size_t width, tc_w3c_fields *can)
{
    tc_w3c_fields may[TC_W3C_WIDTH_MAX];
    for (size_t c = 0; c < width; c++)
        may[c] = profiles[c].may & ~TC_W3C_BIT(OTHER);
    give_alone(may, width, only_one(profiles, width, TC_W3C_BIT(PORT), tc_w3c_profile_is_port),
               TC_W3C_BIT(PORT));
    give_alone(may, width, only_one(profiles, width, TC_W3C_BIT(STATUS), tc_w3c_profile_is_status),
               TC_W3C_BIT(STATUS));
    settle_addresses(profiles, width, may);
    return tc_w3c_assign_free(may, width, can);
}

/* -- the verdict ------------------------------------------------------------------------------- */

tc_w3c_field tc_w3c_reading_field(const tc_w3c_reading *reading, size_t column)
{
    unsigned f = 0;
    if (!is_one(reading->can[column])) return TC_W3C_FIELD_OTHER;
    while (!(reading->can[column] >> f & 1))
        f++;
    return (tc_w3c_field)f;
}

bool tc_w3c_reading_is_open(const tc_w3c_reading *reading, size_t column)
{
    return !is_one(reading->can[column]) && (reading->can[column] & LEANT_ON) != 0;
}

static void settle(tc_w3c_reading *ret)
{
    ret->verdict = TC_W3C_READ;
    for (size_t c = 0; c < ret->width; c++)
        if (tc_w3c_reading_is_open(ret, c)) ret->verdict = TC_W3C_OPEN;
}

static bool is_timed(const tc_w3c_profile *profiles, size_t width)
{
    tc_w3c_fields any = 0;
    for (size_t c = 0; c < width; c++)
        any |= profiles[c].may;
    return (any & TC_W3C_BIT(DATE)) != 0 && (any & TC_W3C_BIT(TIME)) != 0;
}

void tc_w3c_read_rows(const tc_w3c_profile *profiles, size_t rows, size_t width,
                      tc_w3c_reading *ret)
{
    *ret = (tc_w3c_reading){.width = width, .verdict = TC_W3C_UNTIMED};
    if (!is_timed(profiles, width)) return;
    if (read_in_order(profiles, width, ret->can)) {
        settle(ret);
        return;
    }
    ret->verdict = TC_W3C_NONE;
    while (ret->column < width && profiles[ret->column].may != 0)
        ret->column++;
    if (ret->column < width) return;
    ret->verdict = TC_W3C_FEW;
    if (rows < FREE_ROWS) return;
    ret->verdict = TC_W3C_NONE;
    if (read_in_no_order(profiles, width, ret->can)) settle(ret);
}
