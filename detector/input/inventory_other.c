/* A file that no parser takes: evidence that is not understood, or none. */
#include "detector/input/inventory_look.h"

#include "detector/input/archive.h"
#include "detector/input/entries.h"
#include "detector/input/lead.h"

tc_slice tc_look_file_name(const tc_look *l)
{
    return tc_slice_sub(l->path, l->found->name_at, SIZE_MAX);
}

bool tc_look_is_packed(const tc_look *l)
{
    return l->sniffed.layers.packings[0] != NULL;
}

bool tc_look_keeps_logs(const tc_look *l)
{
    static const char *const endings[] = {".log", ".txt",    ".csv", ".tsv",  ".json", ".jsonl",
                                          ".out", ".ndjson", ".xml", ".evtx", ".old"};
    return tc_slice_ends_one_of(l->name, endings, TC_COUNT_OF(endings)) ||
           tc_packing_of_name(tc_look_file_name(l)) != NULL;
}

tc_slice tc_look_text(const tc_look *l)
{
    return l->behind.len > 0 ? l->behind : l->head;
}

bool tc_look_text_ends(const tc_look *l)
{
    return l->behind.len > 0 ? l->behind_end : l->end;
}

uint64_t tc_look_size(const tc_look *l)
{
    return S_ISREG(l->st.st_mode) ? (uint64_t)l->st.st_size : 0;
}

TC_STATUS tc_look_add_unknown(tc_inventory *inventory, const tc_look *l)
{
    return tc_entry_problem(inventory->input, l->found, "no memory to find out what it is", 0);
}

static TC_STATUS add_timed(tc_input *input, const tc_look *l, const tc_line_shapes *shapes)
{
    char text[128];
    (void)snprintf(text, sizeof text,
                   "a log of unknown form (%" PRIu32 " of %" PRIu32 " lines have a time)",
                   shapes->timed, shapes->lines);
    const tc_likeness evidence = {tc_arena_cstr(input->memory, tc_slice_of(text)),
                                  shapes->leading ? "not read by this version; look into it by hand"
                                                  : TC_LIKENESS_AS_WRITTEN};
    return evidence.looks_like ? tc_entry_unread(input, l->found, tc_look_size(l), &evidence)
                               : (tc_status){TC_ENOMEM};
}

TC_STATUS tc_look_add_nothing(tc_inventory *inventory, const tc_look *l)
{
    uint64_t size = tc_look_size(l);
    bool told = l->found->named || (tc_look_keeps_logs(l) && !inventory->nesting.nest);
    if (l->head.len > 0 || !told) {
        TC_TRY(tc_entry_irrelevant(inventory->input, l->found, size));
        if (!l->found->named) return TC_SUCCESS;
    }
    tc_entry *entry = NULL;
    TC_TRY(tc_entry_add(inventory->input, l->found, &entry));
    entry->source.size = size;
    entry->source.state = l->head.len > 0 ? TC_SOURCE_IRRELEVANT : TC_SOURCE_EMPTY;
    return TC_SUCCESS;
}

/* A log is lost when its first bytes are damaged: the name then is all that tells of it. */
static bool is_named_packed_only(const tc_look *l)
{
    if (!tc_lead_is_binary(l->head)) return false;
    return tc_archive_is_named(l->name) ||
           (!tc_look_is_packed(l) && tc_packing_of_name(tc_look_file_name(l)));
}

/* Tables and documents of all kinds have times somewhere in their lines. */
static bool is_named_as_lines(const tc_look *l)
{
    static const char *const endings[] = {".log", ".txt", ".out", ".old"};
    return tc_slice_ends_one_of(l->name, endings, TC_COUNT_OF(endings)) ||
           tc_packing_of_name(tc_look_file_name(l)) != NULL;
}

static bool is_like_evidence(const tc_look *l, tc_slice text, const tc_line_shapes *shapes,
                             tc_likeness *ret)
{
    return tc_likeness_of_text(text, ret) || tc_likeness_of_object(text, ret) ||
           (tc_look_keeps_logs(l) && tc_likeness_of_cells(text, ret)) ||
           tc_likeness_of_shapes(shapes, ret) || tc_likeness_is_served(shapes, l->name, ret);
}

/* "access.log.1", "maillog-20110309": what a log is called once another has taken its place. */
static bool is_turned_log(tc_slice name)
{
    while (name.len > 0 && memchr("0123456789.-_", name.ptr[name.len - 1], 13) != NULL)
        name.len--;
    return tc_slice_ends_ascii(name, TC_LIT("log"));
}

/* What comes only once cannot be looked at behind its hole. */
static bool is_lost(const tc_look *l, tc_likeness *ret)
{
    bool once = !S_ISREG(l->st.st_mode) || l->found->kind != TC_FOUND_FILE;
    if (!tc_likeness_of_lost(l->head, l->name, ret)) return false;
    return tc_look_keeps_logs(l) || once || is_turned_log(l->name);
}

/* What no parser takes: evidence that is not understood, or none. */
TC_STATUS tc_look_add_unparsed(tc_inventory *inventory, const tc_look *l)
{
    tc_input *input = inventory->input;
    tc_slice magic = tc_slice_make(l->sniffed.magic, sizeof l->sniffed.magic);
    tc_likeness evidence;
    const char *kind;
    /* Not all of them show in the first few bytes. */
    if (tc_archive_of(l->head, l->name, &kind) == TC_ARCHIVE_UNREAD)
        return tc_entry_archive(input, l->found, kind);
    if (tc_likeness_of_bytes(magic, l->name, &evidence) ||
        tc_likeness_of_utf32(l->head, &evidence)) {
        return tc_entry_unread(input, l->found, tc_look_size(l), &evidence);
    }
    if (is_named_packed_only(l)) {
        return tc_entry_problem(input, l->found, "is named as packed data, but does not begin so",
                                0);
    }
    tc_slice text = tc_lead_text(tc_look_text(l));
    if (tc_likeness_of_wide(l->head, text, &evidence)) {
        return tc_entry_unread(input, l->found, tc_look_size(l), &evidence);
    }
    if (!tc_lead_is_binary(text)) {
        tc_line_shapes shapes = tc_line_shapes_of(text, tc_look_text_ends(l));
        if (is_like_evidence(l, text, &shapes, &evidence))
            return tc_entry_unread(input, l->found, tc_look_size(l), &evidence);
        if (tc_likeness_is_timed(&shapes, l->name, is_named_as_lines(l)))
            return add_timed(input, l, &shapes);
    }
    if (is_lost(l, &evidence)) {
        return tc_entry_unread(input, l->found, tc_look_size(l), &evidence);
    }
    return tc_look_add_nothing(inventory, l);
}
