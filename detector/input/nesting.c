#include "detector/input/nesting.h"

bool tc_nesting_has_room(const tc_nesting *nesting)
{
    return !nesting->nest || nesting->nest->depth + 1 < TC_NEST_DEPTH;
}

tc_bytes tc_nesting_data(const tc_nesting *nesting)
{
    return tc_walker_data(nesting->walker);
}

void tc_nesting_done(tc_nesting *nesting)
{
    tc_walker_free(nesting->walker);
    nesting->walker = NULL;
}

void tc_nesting_note(const tc_nesting *nesting, tc_entry *entry)
{
    if (!nesting->nest) return;
    const tc_source *source = &entry->source;
    tc_nest *root = nesting->nest->root;
    entry->nest = nesting->nest;
    entry->number = nesting->number;
    entry->place = root->logs++;
    bool earlier =
        source->first < root->first || (source->first == root->first && source->key < root->key);
    if (entry->place > 0 && !earlier) return;
    root->first = source->first;
    root->key = source->key;
}

/* NULL without memory. */
static tc_nest *make_nest(const tc_nesting *nesting, tc_input *input, const tc_met_archive *met)
{
    tc_nest *nest = tc_arena_zero(input->memory, 1, sizeof *nest);
    if (!nest) return NULL;
    nest->outer = nesting->nest;
    nest->root = nest->outer ? nest->outer->root : nest;
    nest->number = nesting->number;
    nest->depth = nest->outer ? nest->outer->depth + 1 : 0;
    nest->layers = *met->layers;
    nest->raw = met->raw;
    nest->path = nest->outer ? nest->root->path : tc_arena_cstr(input->memory, met->found->path);
    nest->size = nest->outer ? nest->root->size : met->size;
    if (!nest->path) return NULL;
    if (nest->outer) return nest;
    nest->before = input->nests;
    input->nests = nest;
    return nest;
}

/* What shows an archive in an archive becomes the walker's. */
static TC_STATUS take_stream(const tc_nest *nest, tc_stream **stream, tc_stream **ret)
{
    *ret = NULL;
    if (!nest->outer) return TC_SUCCESS;
    tc_stream *fresh = tc_stream_new();
    if (!fresh) return (tc_status){TC_ENOMEM};
    *ret = *stream;
    *stream = fresh;
    return TC_SUCCESS;
}

TC_STATUS tc_nesting_list(tc_nesting *nesting, tc_input *input, const tc_met_archive *met,
                          tc_stream **stream, const tc_member_sink *sink, tc_nest_listed *ret)
{
    *ret = (tc_nest_listed){0};
    if (!nesting->walker) nesting->walker = tc_walker_new();
    tc_nest *nest = nesting->walker ? make_nest(nesting, input, met) : NULL;
    if (!nest) return (tc_status){TC_ENOMEM};
    tc_stream *ready;
    TC_TRY(take_stream(nest, stream, &ready));
    if (tc_failed(tc_walker_enter(nesting->walker, nest, ready, &ret->problem))) return TC_SUCCESS;
    tc_nesting outside = *nesting;
    nesting->nest = nest;
    tc_status status = tc_nest_list(nesting->walker, met->found, &nesting->number, sink, ret);
    *nesting = outside;
    tc_walker_leave(nesting->walker);
    return status;
}
