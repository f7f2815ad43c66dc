#include "detector/input/order.h"

#include "detector/input/chain.h"
#include "parsers/base/alloc.h"

/* By what a source is put in order: logs of one archive stay together, and captures of one ring. */
typedef struct rank {
    tc_time first;
    uint64_t key;
    tc_slice path;
} rank;

static rank rank_of(const tc_entry *entry)
{
    const tc_source *source = entry->lead ? &entry->lead->source : &entry->source;
    if (!entry->nest || !source->parser) return (rank){source->first, source->key, source->path};
    const tc_nest *root = entry->nest->root;
    return (rank){root->first, root->key, tc_slice_of(root->path)};
}

static int compare_ranks(rank a, rank b)
{
    if (a.first != b.first) return a.first < b.first ? -1 : 1;
    if (a.key != b.key) return a.key < b.key ? -1 : 1;
    return tc_slice_compare(a.path, b.path);
}

static int compare_alone(const tc_source *a, const tc_source *b)
{
    return compare_ranks((rank){a->first, a->key, a->path}, (rank){b->first, b->key, b->path});
}

static int compare_sources(const void *left, const void *right)
{
    const tc_entry *l = *(tc_entry *const *)left;
    const tc_entry *r = *(tc_entry *const *)right;
    int ranks = compare_ranks(rank_of(l), rank_of(r));
    if (ranks != 0) return ranks;
    if (l->place != r->place) return l->place < r->place ? -1 : 1;
    return compare_alone(&l->source, &r->source);
}

/* -- captures of one ring ------------------------------------------------------------------- */

static int compare_rings(const void *left, const void *right)
{
    const tc_entry *l = *(tc_entry *const *)left;
    const tc_entry *r = *(tc_entry *const *)right;
    int rings = tc_slice_compare(l->source.ring, r->source.ring);
    return rings != 0 ? rings : compare_alone(&l->source, &r->source);
}

static bool is_capture(const tc_entry *entry)
{
    bool capture = false;
    for (size_t i = 0; i < TC_CAP_DEPTH && entry->layers.packings[i]; i++)
        capture = entry->layers.packings[i]->capture;
    return capture && entry->source.parser && !entry->once;
}

static TC_STATUS name_ring(tc_input *input, tc_entry *entry)
{
    tc_str name;
    tc_str_init(&name, entry->source.path.len + 1);
    tc_chain_name(entry->source.path, &name);
    tc_status status = tc_str_status(&name);
    tc_slice *ring = &entry->source.ring;
    if (!tc_failed(status) && !tc_arena_copy(input->memory, tc_str_view(&name), ring))
        status = (tc_status){TC_ENOMEM};
    tc_str_done(&name);
    return status;
}

/* Finds the captures and the earliest of each ring. */
static TC_STATUS find_rings(tc_input *input)
{
    size_t count = 0;
    tc_entry **captures = tc_alloc(input->count + 1, sizeof *captures);
    if (!captures) return (tc_status){TC_ENOMEM};
    tc_status status = TC_SUCCESS;
    for (size_t i = 0; i < input->count && !tc_failed(status); i++) {
        if (!is_capture(input->entries[i])) continue;
        captures[count++] = input->entries[i];
        status = name_ring(input, input->entries[i]);
    }
    if (count > 1 && !tc_failed(status)) qsort(captures, count, sizeof *captures, compare_rings);
    for (size_t i = 0; i < count && !tc_failed(status); i++) {
        bool same = i > 0 && tc_slice_equal(captures[i - 1]->source.ring, captures[i]->source.ring);
        captures[i]->lead = same ? captures[i - 1]->lead : captures[i];
    }
    tc_free(captures);
    return status;
}

/* What stands behind each capture, once all are in order. */
static void link_captures(tc_input *input)
{
    uint32_t behind = TC_NO_SOURCE;
    for (size_t i = input->count; i-- > 0;) {
        tc_source *source = &input->entries[i]->source;
        source->behind = behind;
        if (source->ring.len > 0) behind = (uint32_t)i;
    }
}

static int compare_folders(const void *left, const void *right)
{
    const tc_irrelevant *a = left;
    const tc_irrelevant *b = right;
    return tc_slice_compare(a->folder, b->folder);
}

TC_STATUS tc_put_in_order(tc_input *input)
{
    TC_TRY(find_rings(input));
    if (input->count > 1) {
        qsort(input->entries, input->count, sizeof *input->entries, compare_sources);
    }
    for (size_t i = 0; i < input->count; i++)
        input->entries[i]->source.index = (uint32_t)i;
    link_captures(input);
    if (input->irrelevant_count > 1) {
        qsort(input->irrelevant, input->irrelevant_count, sizeof *input->irrelevant,
              compare_folders);
    }
    return TC_SUCCESS;
}
