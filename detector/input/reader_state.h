/*
 * reader_state: what a tc_reader holds. For reader.c and live_reader.c alone.
 */
#ifndef TC_INPUT_READER_STATE_H
#define TC_INPUT_READER_STATE_H

#include "detector/input/state.h"
#include "detector/input/wide.h"

struct tc_reader {
    const tc_entry *entry;
    const tc_source *source; /* of the entry */
    tc_stream *stream;
    tc_bytes live_top; /* in place of the stream */
    tc_wide live_wide;
    tc_slice head; /* of a stream that cannot be read again: comes before its bytes */
    tc_parse_options options;
    tc_schemas *schemas; /* of this source; NULL if the run has none */
    size_t block_size;
    size_t window_max;
    uint8_t *window; /* bytes not yet framed stand at from..to */
    size_t capacity;
    size_t from;
    size_t to;
    tc_carry carry; /* as it stands at `from`, like the four below */
    uint64_t sequence;
    uint64_t position;
    uint64_t file_offset;
    uint64_t line;
    uint64_t mark;    /* bytes of a UTF-8 mark that are not booked yet */
    bool ended;       /* nothing will follow what is in the window */
    bool in_rejected; /* the last bytes were of a rejected record that has not ended yet */
    tc_reason reason; /* of that record */
    bool flush;       /* live: what stands there is all that counts as coming */
    bool live;        /* there may be nothing now and more later */
    bool idle;        /* that is so now */
    bool stuck;       /* framing failed: nothing more will be framed */
    tc_status failure;
    tc_error error;
};

/* A reader of the entry that stands at its beginning, with schemas of its own and without bytes. */
TC_STATUS tc_reader_make(const tc_input *input, const tc_entry *entry, size_t block_size,
                         tc_reader **ret, tc_error *reterr);
void tc_reader_start_block(tc_reader *reader, tc_block *block);
/* Frames until the block is ready, or nothing is there (now, or any more). */
void tc_reader_fill_block(tc_reader *reader, tc_block *block);
/* Books what only the end of the source shows. */
void tc_reader_book_end(tc_reader *reader, tc_block *block);

#endif
