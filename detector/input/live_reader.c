#include "detector/input/live_reader.h"

#include "detector/input/discover.h"
#include "detector/input/reader_state.h"
#include "parsers/base/alloc.h"

TC_STATUS tc_live_reader_new(const tc_input *input, size_t index, size_t block_size,
                             tc_reader **ret, tc_error *reterr)
{
    TC_ASSERT(index < input->count);
    TC_TRY(tc_reader_make(input, input->entries[index], block_size, ret, reterr));
    (*ret)->live = true;
    return TC_SUCCESS;
}

/* -- where it stands ------------------------------------------------------------------------ */

uint64_t tc_live_reader_offset(const tc_reader *r)
{
    return r->file_offset;
}

static bool is_sound(const tc_reader *r)
{
    uint64_t mark = r->entry->layers.mark;
    return r->line > 0 && r->file_offset >= mark && (r->position == 0 || r->file_offset > mark);
}

void tc_live_reader_visit(tc_reader *r, tc_visit *v)
{
    uint32_t reason = r->reason;
    bool unbooked = r->mark > 0;
    tc_visit_bool(v, &unbooked);
    tc_visit_u64(v, &r->position);
    tc_visit_u64(v, &r->file_offset);
    tc_visit_u64(v, &r->line);
    tc_visit_bool(v, &r->in_rejected);
    tc_visit_below(v, &reason, TC_REASON_COUNT);
    tc_carry_visit(r->source->parser, &r->carry, &r->options, v);
    if (!tc_visit_loads(v) || tc_visit_failed(v)) return;
    r->reason = (tc_reason)reason;
    if (!is_sound(r)) tc_visit_refuse(v, "a place in a log contradicts itself");
    if (!unbooked) r->mark = 0;
}

/* -- reading -------------------------------------------------------------------------------- */

TC_STATUS tc_live_reader_attach(tc_reader *r, tc_bytes from, tc_error *reterr)
{
    tc_encoding encoding = r->entry->layers.encoding;
    TC_ASSERT(r->live_top.read == NULL);
    r->live_top = from;
    if (encoding == TC_ENCODING_UTF8) return TC_SUCCESS;
    bool big_endian = encoding == TC_ENCODING_UTF16BE;
    if (!tc_failed(tc_wide_start(&r->live_wide, from, big_endian, &r->live_top))) return TC_SUCCESS;
    return tc_fail(reterr, TC_ENOMEM, "no memory to read");
}

size_t tc_live_reader_waiting(const tc_reader *r)
{
    return r->to - r->from;
}

/* Many sources wait most of their time: what they keep is what they need. */
static void give_back(tc_reader *r)
{
    size_t rest = r->to - r->from;
    uint8_t *smaller = NULL;
    if (r->capacity <= 2 * rest || r->capacity < 4096) return;
    if (rest > 0 && (smaller = tc_alloc(rest, 1)) == NULL) return;
    if (rest > 0) memcpy(smaller, r->window + r->from, rest);
    tc_free(r->window);
    r->window = smaller;
    r->capacity = r->to = rest;
    r->from = 0;
}

static bool is_over(const tc_reader *r)
{
    return r->stuck || (r->ended && r->from == r->to);
}

static bool is_booked(const tc_block *block)
{
    return block->length > 0 || block->ledger.bytes.read > 0 ||
           tc_ledger_rejected(&block->ledger) > 0;
}

tc_live_result tc_live_reader_poll(tc_reader *r, bool flush, tc_block *block, tc_error *reterr)
{
    r->idle = false;
    r->flush = flush;
    tc_reader_start_block(r, block);
    tc_reader_fill_block(r, block);
    if (is_over(r)) tc_reader_book_end(r, block);
    if (is_booked(block)) return TC_LIVE_BLOCK;
    if (!is_over(r)) {
        give_back(r);
        return TC_LIVE_IDLE;
    }
    block->last = true;
    if (!tc_failed(r->failure)) return TC_LIVE_END;
    if (reterr) *reterr = r->error;
    return TC_LIVE_FAILED;
}
