/*
 * csv: one record of a comma-separated log, in quotes and across lines (RFC 4180), that survives
 * damage.
 *
 * The hot loop of the Exchange parsers, hence pointer arithmetic over the block. A cell that begins
 * with a quote lasts to its closing quote, doubled quotes and line ends included; a quote anywhere
 * else is an ordinary byte. So that a stray quote does not eat the file, a line end inside quotes
 * ends the record when what follows begins a record (tc_csv_begins): the record is then `open`.
 *
 * An empty cell is TC_FORM_NULL, "" is empty text, a cell with doubled quotes TC_FORM_CSV, anything
 * else TC_FORM_TEXT.
 */
#ifndef TC_TEXT_CSV_H
#define TC_TEXT_CSV_H

#include "parsers/event/cell.h"

typedef struct tc_csv_record {
    const uint8_t *next; /* behind the line end */
    size_t length;       /* without the line end */
    size_t count;        /* cells; only the first `room` of them were written */
    const uint8_t *open; /* the quote inside which it ended, or NULL */
    bool nul;            /* the record holds a NUL byte */
    bool ended;          /* by a line end, not by the end of the bytes */
} tc_csv_record;

/* Reads the record that begins at `at` (< end). The quote at `stray` (NULL: none) is an ordinary
 * byte: the second chance of a record that was open there. */
void tc_csv_read(const uint8_t *at, const uint8_t *end, const uint8_t *stray, tc_cell *cells,
                 size_t room, tc_csv_record *ret);

typedef enum tc_csv_answer { TC_CSV_NO, TC_CSV_YES, TC_CSV_UNKNOWN } tc_csv_answer;
#define TC_CSV_NULS_MAX 4096
/* Whether an Exchange log record (an ISO timestamp and a comma) or header line begins with these
 * bytes, NUL bytes before it not counted; so many of them that no record goes on behind them are a
 * beginning too. UNKNOWN if there are too few bytes to tell. */
tc_csv_answer tc_csv_begins(tc_slice bytes);

#endif
