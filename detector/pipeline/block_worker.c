#include "detector/pipeline/block_worker.h"

#define ARENA_BYTES ((size_t)256 << 20)

bool tc_block_worker_init(tc_block_worker *w, const tc_run *run)
{
    w->run = run;
    w->enrich = tc_enrich_worker_new(run->enricher);
    w->arena = tc_arena_new(ARENA_BYTES);
    return w->enrich != NULL && w->arena != NULL;
}

void tc_block_worker_done(tc_block_worker *w)
{
    tc_enrich_worker_free(w->enrich);
    tc_arena_free(w->arena);
}

void tc_block_worker_begin(tc_block_worker *w, const tc_block *block, tc_block_result *result)
{
    w->block = block;
    w->source = tc_input_source(w->run->input, block->source);
    w->result = result;
}

TC_STATUS tc_block_worker_parse(tc_block_worker *w, const tc_sink *sink)
{
    tc_arena_reset(w->arena);
    return w->source->parser->parse(w->source->parser, &w->block->carry, &w->block->options,
                                    tc_slice_make(w->block->data, w->block->length), w->arena,
                                    &w->result->ledger, sink);
}

void tc_block_worker_ecs(tc_block_worker *w, tc_event *event)
{
    tc_overlay_clear(&w->overlay);
    event->overlay = &w->overlay;
    tc_enrich_ecs(w->enrich, event);
}
