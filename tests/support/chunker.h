/*
 * chunker: runs a parser over bytes the way the input stage does, with any cuts.
 *
 * Columns of rows without a header are learned from the first bytes, whole, as by the inventory.
 * The window begins at a unit's start and shows the bytes up to the next cut; while frame asks for
 * more, the window grows to the cut after it. Each frame is copied to memory of exactly its size
 * (so that a sanitizer sees every byte too far) and parsed with the carry as it stood before it.
 * A parser that neither takes anything nor asks for more trips `stuck`.
 */
#ifndef TC_TESTS_CHUNKER_H
#define TC_TESTS_CHUNKER_H

#include "tests/support/memory_sink.h"

typedef struct tc_chunker {
    const tc_parser *parser;
    size_t record_max; /* 0 = TC_RECORD_MAX */
    size_t cut;        /* one cut here; with step 0 */
    size_t step;       /* a cut every so many bytes; 0 = only `cut` */
    bool late_end;     /* the end is told only after all bytes have been shown without it */
    int64_t zone_offset_ns;
    /* After each frame the carry is saved, and the run goes on with what is loaded of it, with
     * schemas made anew. With `dice` a value of what was saved is changed before; a load that is
     * refused then ends the run. */
    bool reload;
    uint64_t dice;
    /* results */
    tc_ledger ledger;
    tc_memory_sink memory;
    size_t blocks;
    bool stuck;
    bool refused; /* a load */
    tc_code failed;
} tc_chunker;

/* A run over `bytes`; results lie in the chunker until done. Field names are the static ones plus
 * those that `names` holds (NULL: just the static ones). */
void tc_chunker_run(tc_chunker *chunker, tc_slice bytes);
void tc_chunker_done(tc_chunker *chunker);
static inline tc_slice tc_chunker_text(const tc_chunker *chunker)
{
    return tc_str_view(&chunker->memory.text);
}
/* Same events at the same offsets, same ledger; and each of them sound by itself. */
bool tc_chunker_equal(const tc_chunker *a, const tc_chunker *b);
/* Balanced ledger, nothing stuck, offsets monotonic, all bytes booked. */
bool tc_chunker_sound(const tc_chunker *chunker, tc_slice bytes);

#endif
