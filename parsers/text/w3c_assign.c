#include "parsers/text/w3c_assign.h"

#define F(field) TC_W3C_FIELD_##field
#define PLACES TC_W3C_FIELD_COUNT
#define UNUSED TC_W3C_FIELD_COUNT /* a place that no column has */

/* Microsoft, "IIS log file formats"; IIS 5 wrote the answer before what the client said of itself,
 * and knew no substatus. */
const tc_w3c_order tc_w3c_orders[] = {
    {"IIS 6 and later",
     {F(DATE),  F(TIME),       F(SITE),           F(COMPUTER), F(SERVER_IP), F(METHOD),
      F(STEM),  F(QUERY),      F(PORT),           F(USER),     F(CLIENT_IP), F(VERSION),
      F(AGENT), F(COOKIE),     F(REFERER),        F(HOST),     F(STATUS),    F(SUBSTATUS),
      F(WIN32), F(BYTES_SENT), F(BYTES_RECEIVED), F(TAKEN),    F(FORWARDED), F(OTHER)}},
    {"IIS 5", {F(DATE),      F(TIME),  F(CLIENT_IP),  F(USER),           F(SITE),      F(COMPUTER),
               F(SERVER_IP), F(PORT),  F(METHOD),     F(STEM),           F(QUERY),     F(STATUS),
               UNUSED,       F(WIN32), F(BYTES_SENT), F(BYTES_RECEIVED), F(TAKEN),     F(VERSION),
               F(HOST),      F(AGENT), F(COOKIE),     F(REFERER),        F(FORWARDED), F(OTHER)}},
    {NULL, {0}},
};

/* -- in order ---------------------------------------------------------------------------------- */

/* What a column may be, as places of the order. */
static uint32_t places_of(const tc_w3c_order *order, tc_w3c_fields may)
{
    uint32_t places = 0;
    for (unsigned p = 0; p < PLACES; p++)
        if (may >> order->fields[p] & 1) places |= UINT32_C(1) << p;
    return places;
}

static tc_w3c_fields fields_at(const tc_w3c_order *order, uint32_t places)
{
    tc_w3c_fields fields = 0;
    for (unsigned p = 0; p < PLACES; p++)
        if (places >> p & 1) fields |= UINT32_C(1) << order->fields[p];
    return fields;
}

#define LAST_PLACE (UINT32_C(1) << (PLACES - 1)) /* OTHER: any number of columns */
#define ALL_PLACES ((LAST_PLACE << 1) - 1)

/* The places behind the first of these. */
static uint32_t places_behind(uint32_t places)
{
    uint32_t first = places & (~places + 1);
    return (ALL_PLACES & ~((first << 1) - 1)) | LAST_PLACE;
}

/* The places before the last of these. */
static uint32_t places_before(uint32_t places)
{
    uint32_t before = 0;
    for (unsigned p = 0; p + 1 < PLACES; p++)
        if (places >> (p + 1)) before |= UINT32_C(1) << p;
    return before | (places & LAST_PLACE);
}

bool tc_w3c_assign_ordered(const tc_w3c_order *order, const tc_w3c_fields *may, size_t width,
                           tc_w3c_fields *can)
{
    uint32_t places[TC_W3C_WIDTH_MAX];
    uint32_t open = ALL_PLACES;
    TC_ASSERT(width <= TC_W3C_WIDTH_MAX);
    for (size_t c = 0; c < width; c++) {
        places[c] = places_of(order, may[c]) & open;
        if (places[c] == 0) return false;
        open = places_behind(places[c]);
    }
    open = ALL_PLACES;
    for (size_t c = width; c-- > 0;) {
        places[c] &= open;
        if (places[c] == 0) return false;
        open = places_before(places[c]);
        can[c] = fields_at(order, places[c]);
    }
    return true;
}

/* -- in any order ------------------------------------------------------------------------------ */

#define FREE_FIELDS TC_W3C_FIELD_OTHER /* all but it */
#define NOBODY SIZE_MAX

typedef struct matching {
    const tc_w3c_fields *may;
    size_t holder[FREE_FIELDS]; /* the column that has the field */
    tc_w3c_fields tried;
    size_t fixed; /* a column that must keep its field */
} matching;

/* Finds the column a field, moving others to others of theirs (Kuhn). As deep as there are fields.
 */
static bool place_column(matching *m, size_t column)
{
    for (size_t f = 0; f < FREE_FIELDS; f++) {
        tc_w3c_fields bit = UINT32_C(1) << f;
        if (!(m->may[column] & bit) || (m->tried & bit)) continue;
        m->tried |= bit;
        if (m->holder[f] != NOBODY && (m->holder[f] == m->fixed || !place_column(m, m->holder[f])))
            continue;
        m->holder[f] = column;
        return true;
    }
    return false;
}

/* Whether all columns find fields when this column has this one. */
static bool fits_all(const tc_w3c_fields *may, size_t width, size_t column, size_t field)
{
    matching m = {.may = may, .fixed = column};
    for (size_t f = 0; f < FREE_FIELDS; f++)
        m.holder[f] = NOBODY;
    m.holder[field] = column;
    for (size_t c = 0; c < width; c++) {
        m.tried = 0;
        if (c != column && !place_column(&m, c)) return false;
    }
    return true;
}

bool tc_w3c_assign_free(const tc_w3c_fields *may, size_t width, tc_w3c_fields *can)
{
    if (width > FREE_FIELDS) return false;
    for (size_t c = 0; c < width; c++) {
        can[c] = 0;
        for (size_t f = 0; f < FREE_FIELDS; f++)
            if (may[c] >> f & 1 && fits_all(may, width, c, f)) can[c] |= UINT32_C(1) << f;
        if (can[c] == 0) return false;
    }
    return true;
}
