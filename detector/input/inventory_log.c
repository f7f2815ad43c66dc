/* A file that a parser takes, as a log: its zone, its columns, from when to when it reaches. */
#include "detector/input/inventory_look.h"

#include "detector/input/entries.h"
#include "detector/input/peek.h"
#include "parsers/base/alloc.h"
#include "parsers/packet/exchange.h"

TC_STATUS tc_look_learn_columns(tc_inventory *inventory, tc_look *l, const tc_parser *parser)
{
    bool plain = tc_look_size(l) > 0 && !tc_look_is_packed(l) && !inventory->nesting.nest;
    int fd = plain ? tc_stream_fd(inventory->stream) : -1;
    const tc_columns_file file = {l->path, tc_look_text(l), tc_look_text_ends(l), fd,
                                  tc_look_size(l)};
    TC_TRY(tc_columns_learn(inventory->input, parser, &file, inventory->scratch, &l->columns));
    l->options.columns = l->columns.lists;
    return TC_SUCCESS;
}

/* What --tz says of the path; NULL if nothing. */
static const tc_zone_rule *find_zone(const tc_input *input, tc_slice path)
{
    for (size_t i = 0; i < input->zone_count; i++)
        if (tc_glob_match_path(input->zones[i].glob, path)) return &input->zones[i];
    return NULL;
}

static TC_STATUS scan_text(const tc_inventory *inventory, const tc_look *l,
                           const tc_parse_options *options, tc_head_scan *ret)
{
    return tc_head_scan_run(l->parser, options, tc_look_text(l), tc_look_text_ends(l),
                            inventory->scratch, ret);
}

/* The local zone of a source, from --tz: fixed, or as it was at the first record. */
static TC_STATUS apply_zone(const tc_inventory *inventory, tc_look *l, const tc_zone_rule *rule)
{
    if (!rule) return TC_SUCCESS;
    tc_time local = l->scan.first == TC_TIME_NONE ? 0 : l->scan.first;
    l->options.zone_offset_ns = tc_zone_offset_ns(&rule->zone, local);
    if (l->options.zone_offset_ns == 0) return TC_SUCCESS;
    return scan_text(inventory, l, &l->options, &l->scan);
}

#define OTHER_ZONE (61 * TC_MINUTE)
#define OTHER_YEAR (400 * TC_DAY)

static void note_shift(tc_look *l, tc_time before, tc_time after)
{
    if (before == TC_TIME_NONE || after == TC_TIME_NONE) return;
    int64_t shift = tc_time_between(after, before);
    if (shift == OTHER_ZONE) l->zoneless = true;
    if (shift < -TC_DAY) l->zoneless = l->yearless = true;
}

/* Whether times depend on what is not in the log: read as if of another zone and written to in
 * another year, they are others. */
static TC_STATUS find_assumed(const tc_inventory *inventory, tc_look *l, bool zoned)
{
    tc_parse_options other = l->options;
    tc_head_scan again;
    if (l->parser->binary || l->scan.first == TC_TIME_NONE) return TC_SUCCESS;
    other.zone_offset_ns = tc_time_add(other.zone_offset_ns, OTHER_ZONE);
    other.newest = tc_time_add(TC_MAX(other.newest, l->scan.last), OTHER_YEAR);
    TC_TRY(scan_text(inventory, l, &other, &again));
    note_shift(l, l->scan.first, again.first);
    note_shift(l, l->scan.last, again.last);
    l->zoneless = l->zoneless && !zoned;
    return TC_SUCCESS;
}

/* Hashes of the beginnings of 16, 32, 64... bytes: a filter only, the bytes are compared later. */
static const uint64_t *make_stems(tc_arena *arena, tc_slice head)
{
    uint64_t *stems = tc_arena_zero(arena, TC_STEM_COUNT, sizeof *stems);
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15);
    size_t at = 0;
    for (size_t i = 0; stems && i < TC_STEM_COUNT; i++) {
        size_t length = (size_t)TC_STEM_FIRST << i;
        if (length > head.len) break;
        for (; at < length; at += 8) {
            uint64_t word;
            memcpy(&word, head.ptr + at, sizeof word);
            hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
            hash ^= hash >> 32;
        }
        stems[i] = hash;
    }
    return stems;
}

/* From when to when it reaches: the head is known, and of a big plain file the end is looked at. */
static void set_span(tc_inventory *inventory, const tc_look *l, tc_entry *entry)
{
    tc_source *source = &entry->source;
    /* Of a capture, packets are records, whether they say something or not. */
    tc_time packet = tc_exchange_first_time(l->head);
    source->first = packet != TC_TIME_NONE ? packet : l->scan.first;
    source->last = entry->whole ? l->scan.last : TC_TIME_NONE;
    source->inside = l->scan.inside;
    if (entry->whole || !source->seekable) return;
    uint64_t bom = entry->layers.mark;
    tc_time end = tc_sample_end(tc_stream_fd(inventory->stream), bom, source->size - bom, l->parser,
                                &l->options, &l->scan.carry, inventory->scratch);
    source->last = TC_MAX(l->scan.last, end);
}

/* Standard input and pipes cannot be opened again: what was read of them stays, and the stream. */
static TC_STATUS keep_stream(tc_inventory *inventory, const tc_look *l, tc_entry *entry)
{
    if (!tc_arena_copy(inventory->input->memory, l->head, &entry->head)) {
        return (tc_status){TC_ENOMEM};
    }
    tc_stream *fresh = tc_stream_new();
    if (!fresh) return (tc_status){TC_ENOMEM};
    entry->once = entry->source.once = true;
    entry->stream = inventory->stream;
    inventory->stream = fresh;
    return TC_SUCCESS;
}

static bool is_header_only(const tc_look *l)
{
    const tc_ledger *ledger = &l->scan.ledger;
    /* Packets that say nothing are packets all the same. */
    if (l->parser->unit == TC_UNIT_FRAME && ledger->records.header + ledger->records.blank > 0)
        return false;
    return ledger->records.accepted == 0 && tc_ledger_rejected(ledger) == 0 &&
           ledger->bytes.pending == 0 && ledger->bytes.rejected == 0;
}

static TC_STATUS scan_head(tc_inventory *inventory, tc_look *l)
{
    TC_TRY(scan_text(inventory, l, &l->options, &l->scan));
    const tc_zone_rule *rule = find_zone(inventory->input, l->path);
    TC_TRY(apply_zone(inventory, l, rule));
    return find_assumed(inventory, l, rule != NULL);
}

/* One object alone without a time is a setting, unless events stand in it. */
static bool hides_events(const tc_input *input, const tc_look *l, tc_likeness *ret)
{
    return l->parser->any && !input->format && l->end && l->scan.ledger.records.accepted == 1 &&
           l->scan.first == TC_TIME_NONE && tc_likeness_of_object(tc_look_text(l), ret);
}

TC_STATUS tc_look_add_log(tc_inventory *inventory, tc_look *l)
{
    tc_entry *entry = NULL;
    tc_likeness evidence;
    if (tc_failed(scan_head(inventory, l))) return tc_look_add_unknown(inventory, l);
    if (hides_events(inventory->input, l, &evidence))
        return tc_entry_unread(inventory->input, l->found, tc_look_size(l), &evidence);
    TC_TRY(tc_entry_add(inventory->input, l->found, &entry));
    tc_source *source = &entry->source;
    bool regular = S_ISREG(l->st.st_mode) && l->found->kind == TC_FOUND_FILE;
    entry->layers = l->sniffed.layers;
    entry->whole = l->end;
    entry->head_length = l->head.len;
    entry->device = (uint64_t)l->st.st_dev;
    entry->inode = regular ? (uint64_t)l->st.st_ino : 0;
    entry->stems = make_stems(inventory->stems, l->head);
    if (l->head.len >= TC_STEM_FIRST) {
        memcpy(&entry->tail, l->head.ptr + l->head.len - sizeof entry->tail, sizeof entry->tail);
    }
    if (!entry->stems) return (tc_status){TC_ENOMEM};

    source->parser = l->parser;
    source->state = l->end && is_header_only(l) ? TC_SOURCE_EMPTY : TC_SOURCE_READABLE;
    source->head_length = (uint32_t)TC_MIN(l->head.len, TC_HEAD_MAX);
    /* All holes are alike. */
    source->key = tc_content_hash(tc_slice_sub(tc_look_text(l), 0, source->head_length));
    source->size = regular ? (uint64_t)l->st.st_size : 0;
    source->compressed = tc_look_is_packed(l) || inventory->nesting.nest;
    source->utf16 = entry->layers.encoding != TC_ENCODING_UTF8;
    source->seekable = regular && !source->compressed && !source->utf16;
    source->zone_offset_ns = l->options.zone_offset_ns;
    source->zoneless = l->zoneless;
    source->yearless = l->yearless;
    source->columns = l->columns;
    source->newest = l->options.newest;
    set_span(inventory, l, entry);
    tc_nesting_note(&inventory->nesting, entry);
    return regular ? TC_SUCCESS : keep_stream(inventory, l, entry);
}
