/*
 * charset: what old character sets can tell about a text.
 *
 * Two things: which of the common Han characters (U+4E00..U+9FFF) stand in GB 2312, Big5 and JIS,
 * as one bit each, asked of the C library's converter once and then looked up; and a text in the
 * code pages in which a careless mail system may have logged it.
 */
#ifndef TC_ENRICH_CHARSET_H
#define TC_ENRICH_CHARSET_H

#include "parsers/base/slice.h"

#define TC_HAN_FIRST 0x4E00u
#define TC_HAN_COUNT 20992u

enum { TC_HAN_GB2312 = 1, TC_HAN_BIG5 = 2, TC_HAN_JIS = 4, TC_HAN_ALL = 7 };

typedef struct tc_han_table {
    uint8_t sets[TC_HAN_COUNT]; /* TC_HAN_... bits */
} tc_han_table;

/* Fills the table. TC_EUNSUPPORTED if the C library lacks a converter; the error names it. */
TC_STATUS tc_han_table_fill(tc_han_table *table, tc_error *reterr);
/* The sets that can write all Han characters of the UTF-8 text; *ret_count (may be NULL) is how
 * many there are. Rarer characters than the table's are in none. */
unsigned tc_han_sets(const tc_han_table *table, tc_slice text, size_t *ret_count);

#define TC_CODE_PAGE_TEXT 256
#define TC_CODE_PAGE_COUNT 16

/* Converters into old code pages, opened when first needed. */
typedef struct tc_code_pages {
    void *converters[TC_CODE_PAGE_COUNT];
    bool tried[TC_CODE_PAGE_COUNT];
} tc_code_pages;

void tc_code_pages_init(tc_code_pages *pages);
void tc_code_pages_done(tc_code_pages *pages);
/* The UTF-8 text in the nth code page (0 or 1) in which mail of that language class was written;
 * false if there is none, it cannot write the text, or that is too long. */
bool tc_code_pages_write(tc_code_pages *pages, tc_slice language, size_t nth, tc_slice text,
                         uint8_t out[TC_CODE_PAGE_TEXT], size_t *ret_length);

#endif
