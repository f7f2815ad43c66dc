#include "detector/enrich/charset.h"

#include <iconv.h>

#include "parsers/base/utf8.h"

#define NO_CONVERTER ((iconv_t)-1)

/* iconv's prototype wants pointers to what it will not write through. */
static size_t run_converter(iconv_t converter, tc_slice *from, uint8_t **out, size_t *out_left)
{
    char *in = NULL, *to = (char *)*out;
    memcpy(&in, &from->ptr, sizeof(in));
    size_t in_left = from->len;
    size_t result = iconv(converter, &in, &in_left, &to, out_left);
    from->ptr += from->len - in_left;
    from->len = in_left;
    *out = (uint8_t *)to;
    return result;
}

/* -- the table of Han characters ------------------------------------------------------------ */

typedef struct double_byte {
    const char *name;
    uint8_t bit;
    uint8_t lead_first, lead_last; /* of the first byte */
    uint8_t low_first, low_last;   /* of the second byte, below the gap */
} double_byte;

/* All two-byte codes of one lead byte; returns their length. */
static size_t write_row(const double_byte *set, unsigned lead, uint8_t out[512])
{
    size_t length = 0;
    for (unsigned trail = set->low_first; trail <= 0xFE; trail++) {
        if (trail > set->low_last && trail < 0xA1) continue;
        out[length++] = (uint8_t)lead;
        out[length++] = (uint8_t)trail;
    }
    return length;
}

/* Asks the other way round, from the set's codes to Unicode: there are fewer of them, and a whole
 * row is one call unless it has holes. */
static void mark_row(tc_han_table *table, const double_byte *set, iconv_t converter, unsigned lead)
{
    uint8_t codes[512], units[2048];
    tc_slice from = {codes, write_row(set, lead, codes)};
    while (from.len > 0) {
        uint8_t *out = units;
        size_t left = sizeof(units);
        size_t result = run_converter(converter, &from, &out, &left);
        for (const uint8_t *p = units; p + 1 < out; p += 2) {
            uint32_t place = (uint32_t)(p[0] | p[1] << 8) - TC_HAN_FIRST;
            if (place < TC_HAN_COUNT) table->sets[place] |= set->bit;
        }
        /* A hole: behind it and on. */
        if (result == (size_t)-1) from = tc_slice_sub(from, 2, TC_NPOS);
    }
}

TC_STATUS tc_han_table_fill(tc_han_table *table, tc_error *reterr)
{
    /* JIS X 0208 only, as people write it; the three-byte codes of EUC-JP are a dictionary's. */
    static const double_byte sets[] = {{"GB2312", TC_HAN_GB2312, 0xA1, 0xF7, 0xA1, 0xA0},
                                       {"BIG5", TC_HAN_BIG5, 0xA1, 0xF9, 0x40, 0x7E},
                                       {"EUC-JP", TC_HAN_JIS, 0xA1, 0xF4, 0xA1, 0xA0}};
    memset(table, 0, sizeof(*table));
    for (size_t i = 0; i < TC_COUNT_OF(sets); i++) {
        iconv_t converter = iconv_open("UTF-16LE", sets[i].name);
        if (converter == NO_CONVERTER)
            return tc_fail(reterr, TC_EUNSUPPORTED,
                           "the C library cannot convert %s, which is needed to tell Chinese from "
                           "Japanese; install its converters (gconv modules)",
                           sets[i].name);
        for (unsigned lead = sets[i].lead_first; lead <= sets[i].lead_last; lead++)
            mark_row(table, &sets[i], converter, lead);
        iconv_close(converter);
    }
    return TC_SUCCESS;
}

unsigned tc_han_sets(const tc_han_table *table, tc_slice text, size_t *ret_count)
{
    unsigned sets = TC_HAN_ALL;
    size_t count = 0, used = 0;
    for (; text.len > 0; text = tc_slice_sub(text, used, TC_NPOS)) {
        uint32_t point = tc_utf8_next(text, &used);
        if (tc_utf8_script(point) != TC_SCRIPT_HAN) continue;
        count++;
        sets &= point - TC_HAN_FIRST < TC_HAN_COUNT ? table->sets[point - TC_HAN_FIRST] : 0u;
    }
    if (ret_count != NULL) *ret_count = count;
    return sets;
}

/* -- code pages ----------------------------------------------------------------------------- */

typedef enum code_page {
    PAGE_NONE = 0,
    PAGE_1250,
    PAGE_1251,
    PAGE_1252,
    PAGE_1253,
    PAGE_1254,
    PAGE_1255,
    PAGE_1256,
    PAGE_1257,
    PAGE_1258,
    PAGE_GB,
    PAGE_BIG5,
    PAGE_932,
    PAGE_EUC_JP,
    PAGE_949,
    PAGE_KOI8,
    PAGE_COUNT
} code_page;
_Static_assert(PAGE_COUNT == TC_CODE_PAGE_COUNT, "one converter per code page");

static const char *const page_names[PAGE_COUNT] = {
    [PAGE_NONE] = "",       [PAGE_1250] = "CP1250", [PAGE_1251] = "CP1251",
    [PAGE_1252] = "CP1252", [PAGE_1253] = "CP1253", [PAGE_1254] = "CP1254",
    [PAGE_1255] = "CP1255", [PAGE_1256] = "CP1256", [PAGE_1257] = "CP1257",
    [PAGE_1258] = "CP1258", [PAGE_GB] = "GB18030",  [PAGE_BIG5] = "BIG5",
    [PAGE_932] = "CP932",   [PAGE_949] = "CP949",   [PAGE_EUC_JP] = "EUC-JP",
    [PAGE_KOI8] = "KOI8-R",
};

static code_page page_of(tc_slice language, size_t nth)
{
    static const struct {
        const char *language;
        code_page pages[2];
    } rows[] = {
        {"zh-Hans", {PAGE_GB, PAGE_NONE}}, {"zh-Hant", {PAGE_BIG5, PAGE_NONE}},
        {"ja", {PAGE_932, PAGE_EUC_JP}},   {"ko", {PAGE_949, PAGE_NONE}},
        {"ru", {PAGE_1251, PAGE_KOI8}},    {"uk", {PAGE_1251, PAGE_NONE}},
        {"be", {PAGE_1251, PAGE_NONE}},    {"bg", {PAGE_1251, PAGE_NONE}},
        {"sr", {PAGE_1251, PAGE_NONE}},    {"mk", {PAGE_1251, PAGE_NONE}},
        {"el", {PAGE_1253, PAGE_NONE}},    {"tr", {PAGE_1254, PAGE_NONE}},
        {"he", {PAGE_1255, PAGE_NONE}},    {"ar", {PAGE_1256, PAGE_NONE}},
        {"fa", {PAGE_1256, PAGE_NONE}},    {"et", {PAGE_1257, PAGE_NONE}},
        {"lv", {PAGE_1257, PAGE_NONE}},    {"lt", {PAGE_1257, PAGE_NONE}},
        {"vi", {PAGE_1258, PAGE_NONE}},    {"cs", {PAGE_1250, PAGE_NONE}},
        {"sk", {PAGE_1250, PAGE_NONE}},    {"pl", {PAGE_1250, PAGE_NONE}},
        {"hu", {PAGE_1250, PAGE_NONE}},    {"ro", {PAGE_1250, PAGE_NONE}},
        {"sl", {PAGE_1250, PAGE_NONE}},    {"hr", {PAGE_1250, PAGE_NONE}},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (tc_slice_equal(language, tc_slice_of(rows[i].language))) return rows[i].pages[nth];
    return nth == 0 ? PAGE_1252 : PAGE_NONE;
}

void tc_code_pages_init(tc_code_pages *pages)
{
    *pages = (tc_code_pages){0};
}

void tc_code_pages_done(tc_code_pages *pages)
{
    for (size_t i = 0; i < PAGE_COUNT; i++)
        if (pages->converters[i] != NULL) iconv_close(pages->converters[i]);
}

/* NULL where the C library lacks it: then logs in that code page are not understood. */
static iconv_t page_converter(tc_code_pages *pages, code_page page)
{
    if (!pages->tried[page]) {
        iconv_t converter = iconv_open(page_names[page], "UTF-8");
        pages->converters[page] = converter == NO_CONVERTER ? NULL : converter;
        pages->tried[page] = true;
    }
    return pages->converters[page];
}

bool tc_code_pages_write(tc_code_pages *pages, tc_slice language, size_t nth, tc_slice text,
                         uint8_t out[TC_CODE_PAGE_TEXT], size_t *ret_length)
{
    code_page page = page_of(language, nth);
    iconv_t converter = page == PAGE_NONE ? NULL : page_converter(pages, page);
    if (converter == NULL) return false;
    uint8_t *end = out;
    size_t left = TC_CODE_PAGE_TEXT;
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    /* A result above zero counts characters that were only approximated. */
    bool written = run_converter(converter, &text, &end, &left) == 0 && text.len == 0;
    *ret_length = TC_CODE_PAGE_TEXT - left;
    return written;
}
