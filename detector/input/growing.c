#include "detector/input/growing.h"

#include "detector/input/entries.h"
#include "detector/input/inventory.h"
#include "parsers/base/alloc.h"

#define PATH_TEXT_MAX ((size_t)16 << 10)
#define SCRATCH_MEMORY ((size_t)16 << 20)
#define STEMS_MEMORY ((size_t)1 << 16)

TC_STATUS tc_input_reserve(tc_input *input, size_t sources)
{
    TC_ASSERT(input->count == 0 && !input->reserved);
    TC_TRY(tc_grow(&input->entries, &input->capacity, sources, sizeof *input->entries,
                   TC_SOURCES_MAX));
    input->reserved = true;
    return TC_SUCCESS;
}

/* -- what a file is ------------------------------------------------------------------------- */

/* The first bytes as a layer, which ends behind them. */
typedef struct memory {
    tc_slice left;
} memory;

static tc_bytes_result read_memory(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                   tc_error *reterr)
{
    memory *m = context;
    (void)reterr;
    if (m->left.len == 0) return TC_BYTES_END;
    *ret_got = TC_MIN(room, m->left.len);
    memcpy(buffer, m->left.ptr, *ret_got);
    m->left = tc_slice_sub(m->left, *ret_got, SIZE_MAX);
    return TC_BYTES_MORE;
}

/* Half a line would be taken for a whole one. Of what is packed, or one long line, all counts. */
static tc_slice whole_lines(tc_slice head)
{
    size_t mark;
    size_t end = tc_slice_rfind(head, '\n');
    if (tc_packing_of(head) || end == TC_NPOS) return head;
    if (tc_encoding_detect(head, &mark) != TC_ENCODING_UTF8)
        return tc_slice_sub(head, 0, head.len & ~(size_t)1);
    return tc_slice_sub(head, 0, end + 1);
}

static bool open_inventory(tc_inventory *inventory)
{
    inventory->stream = tc_stream_new();
    inventory->stems = tc_arena_new(STEMS_MEMORY);
    inventory->scratch = tc_arena_new(SCRATCH_MEMORY);
    inventory->head = tc_alloc(TC_HEAD_MAX, 1);
    return inventory->stream && inventory->stems && inventory->scratch && inventory->head;
}

static void close_inventory(tc_inventory *inventory)
{
    tc_stream_free(inventory->stream);
    tc_arena_free(inventory->stems);
    tc_arena_free(inventory->scratch);
    tc_free(inventory->head);
}

static tc_found found_of(const tc_new_file *file)
{
    size_t slash = tc_slice_rfind(file->path, '/');
    return (tc_found){.kind = TC_FOUND_FILE,
                      .named = true,
                      .path = file->path,
                      .name_at = slash == TC_NPOS ? 0 : slash + 1,
                      .root = file->root,
                      .written = file->now};
}

static TC_STATUS look(tc_input *input, const tc_new_file *file)
{
    tc_inventory inventory = {.input = input};
    tc_slice head = file->more ? file->head : whole_lines(file->head);
    memory m = {head};
    tc_bytes bytes = {&m, read_memory, NULL};
    tc_found found = found_of(file);
    tc_status status = open_inventory(&inventory)
                           ? tc_inventory_add_head(&inventory, &found, bytes, head.len)
                           : (tc_status){TC_ENOMEM};
    close_inventory(&inventory);
    return status;
}

static void say_none(const tc_source *source, tc_new_source *ret)
{
    if (source->error)
        snprintf(ret->words, sizeof ret->words, "%s", source->error->text);
    else if (source->looks_like)
        snprintf(ret->words, sizeof ret->words, "looks like %s: %s", source->looks_like,
                 source->mend);
    else
        snprintf(ret->words, sizeof ret->words, "%s",
                 source->compressed ? "is packed more than once" : "is no log that is known");
}

/* What the inventory made of it; only a log stays in the table. */
static void judge(tc_input *input, tc_new_source *ret)
{
    tc_entry *entry = input->entries[input->count - 1];
    const tc_source *source = &entry->source;
    entry->stems = NULL;
    ret->index = source->index;
    ret->verdict = source->compressed                    ? TC_NEW_NONE
                   : source->state == TC_SOURCE_READABLE ? TC_NEW_LOG
                   : source->state == TC_SOURCE_EMPTY    ? TC_NEW_WAIT
                                                         : TC_NEW_NONE;
    if (ret->verdict == TC_NEW_NONE) say_none(source, ret);
    if (ret->verdict != TC_NEW_LOG) input->count--;
}

TC_STATUS tc_input_add(tc_input *input, const tc_new_file *file, tc_new_source *ret,
                       tc_error *reterr)
{
    TC_ASSERT(input->reserved);
    *ret = (tc_new_source){.verdict = TC_NEW_WAIT};
    size_t before = input->count;
    tc_status status = look(input, file);
    if (tc_failed(status))
        return tc_fail(reterr, status.code, "%s",
                       status.code == TC_ELIMIT ? "too many files" : "no memory for another file");
    if (input->count > before) judge(input, ret);
    return TC_SUCCESS;
}

/* -- saved ---------------------------------------------------------------------------------- */

static void visit_layers(tc_layers *layers, tc_visit *v)
{
    uint32_t encoding = layers->encoding;
    tc_visit_below(v, &encoding, TC_ENCODING_UTF16BE + 1);
    tc_visit_below(v, &layers->mark, 5);
    layers->encoding = (tc_encoding)encoding;
}

static void visit_parser(const tc_parser **parser, tc_visit *v)
{
    char name[64] = "";
    if (!tc_visit_loads(v)) snprintf(name, sizeof name, "%s", (*parser)->name);
    tc_visit_cstr(v, name, sizeof name);
    if (!tc_visit_loads(v) || tc_visit_failed(v)) return;
    *parser = tc_parser_named(tc_slice_of(name));
    if (*parser == NULL) tc_visit_refuse(v, "a file is of a format that is not known");
}

static void visit_columns(tc_input *input, tc_columns *columns, tc_visit *v)
{
    tc_slice lists = columns->lists;
    tc_visit_text(v, &lists, TC_VISIT_TEXT_MAX);
    tc_visit_u32(v, &columns->rows);
    if (!tc_visit_loads(v) || tc_visit_failed(v)) return;
    if (!tc_arena_copy(input->memory, lists, &columns->lists))
        tc_visit_fail(v, TC_ENOMEM, "no memory for the columns of a file");
}

static void visit_place(tc_entry *entry, tc_visit *v)
{
    tc_source *source = &entry->source;
    tc_visit_u64(v, &source->key);
    tc_visit_u32(v, &source->head_length);
    tc_visit_i64(v, &source->zone_offset_ns);
    tc_visit_time(v, &source->first);
    visit_layers(&entry->layers, v);
    visit_parser(&source->parser, v);
}

/* Its path, and by that its name, folder and server. */
static tc_entry *add_saved(tc_input *input, tc_slice path, uint32_t root, tc_visit *v)
{
    tc_entry *entry = NULL;
    tc_new_file file = {.path = path, .root = root};
    tc_found found = found_of(&file);
    if (tc_visit_failed(v)) return NULL;
    tc_status status = tc_entry_add(input, &found, &entry);
    if (tc_failed(status)) tc_visit_fail(v, status.code, "the list of files is full");
    return entry;
}

static void load_source(tc_input *input, uint32_t *index, tc_visit *v)
{
    size_t before = input->count;
    tc_slice path = TC_EMPTY_SLICE;
    uint32_t root = 0;
    tc_visit_u32(v, &root);
    tc_visit_text(v, &path, PATH_TEXT_MAX);
    if (root > path.len) tc_visit_refuse(v, "a path contradicts itself");
    tc_entry *entry = add_saved(input, path, root, v);
    if (entry == NULL) return;
    tc_source *source = &entry->source;
    source->state = TC_SOURCE_READABLE;
    visit_place(entry, v);
    visit_columns(input, &source->columns, v);
    source->utf16 = entry->layers.encoding != TC_ENCODING_UTF8;
    source->newest = input->options.newest;
    *index = source->index;
    if (tc_visit_failed(v)) input->count = before;
}

void tc_input_visit_source(tc_input *input, uint32_t *index, tc_visit *v)
{
    if (tc_visit_loads(v)) {
        load_source(input, index, v);
        return;
    }
    tc_entry *entry = input->entries[*index];
    tc_slice path = entry->source.path;
    tc_visit_u32(v, &entry->root);
    tc_visit_text(v, &path, PATH_TEXT_MAX);
    visit_place(entry, v);
    visit_columns(input, &entry->source.columns, v);
}
