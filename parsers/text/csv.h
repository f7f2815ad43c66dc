/*
 * csv: one record of a delimited log, in quotes and across lines (RFC 4180), that survives damage.
 *
 * What separates, what quotes and how records begin is the format's dialect. The hot loop of the
 * delimited parsers, hence pointer arithmetic over the block. A cell that begins
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

typedef enum tc_csv_time {
    TC_CSV_TIME_ISO,  /* 2011-03-09T07:12:03.123Z; UTC also without a zone */
    TC_CSV_TIME_LOCAL /* 2011-03-09 07:12:03.123, local to the server unless a zone is written */
} tc_csv_time;

typedef struct tc_csv_dialect {
    uint8_t separator;
    uint8_t quote; /* 0: values never stand in quotes */
    tc_csv_time time;
    /* How header lines begin: "#Fields:". NULL ends; NULL itself: there are none. */
    const char *const *headers;
    /* How records begin, any of these. NULL ends; NULL itself: with a time of that form and the
     * separator. */
    const char *const *records;
} tc_csv_dialect;

/* Of the logs of Exchange: commas, an ISO time first, "#Fields:" and its like. */
extern const char *const tc_csv_exchange_headers[];
#define TC_CSV_EXCHANGE                                                                            \
    {                                                                                              \
        .separator = ',', .quote = '"', .headers = tc_csv_exchange_headers                         \
    }

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
void tc_csv_read(const tc_csv_dialect *dialect, const uint8_t *at, const uint8_t *end,
                 const uint8_t *stray, tc_cell *cells, size_t room, tc_csv_record *ret);

typedef enum tc_csv_answer { TC_CSV_NO, TC_CSV_YES, TC_CSV_UNKNOWN } tc_csv_answer;
#define TC_CSV_NULS_MAX 4096
/* Whether a record or header line of that dialect begins with these bytes, NUL bytes before it not
 * counted; TC_CSV_NULS_MAX of them are a beginning too, for no record goes on behind so many.
 * UNKNOWN if there are too few bytes to tell. */
tc_csv_answer tc_csv_begins(const tc_csv_dialect *dialect, tc_slice bytes);

#endif
