#include "parsers/envelope/ship_table.h"

#include "parsers/base/hash.h"

#define PAGES 14 /* of 8, 16, 32 ... entries */
#define FIRST_PAGE 8
#define BUCKETS 256

struct tc_ship_table {
    tc_schemas *memory; /* where it was made: entries live as long as it */
    tc_ship_entry *pages[PAGES];
    /* The framer's: */
    uint32_t count;
    uint32_t paths;
    uint32_t buckets[BUCKETS]; /* number + 1 of the newest of a chain */
    tc_ship_format *folders;
    size_t folder_count;
    size_t format_count;
    tc_ship_format formats[];
};

static bool keep_text(tc_ship_table *table, tc_slice *text)
{
    uint8_t *copy = tc_schemas_keep(table->memory, text->len + 1, 1);
    if (copy && text->len) memcpy(copy, text->ptr, text->len);
    *text = tc_slice_make(copy, text->len);
    return copy != NULL;
}

bool tc_ship_may_carry(const tc_parser *parser)
{
    return !parser->envelope && !parser->any && !parser->binary;
}

tc_slice tc_ship_folder(tc_slice path)
{
    size_t slash = tc_slice_rfind(path, '/'), back = tc_slice_rfind(path, '\\');
    size_t end = slash == TC_NPOS ? back : back == TC_NPOS ? slash : TC_MAX(slash, back);
    return end == TC_NPOS ? path : tc_slice_sub(path, 0, end);
}

tc_parse_options tc_ship_inside_options(const tc_parse_options *options)
{
    tc_parse_options inside = *options;
    inside.columns = TC_EMPTY_SLICE;
    inside.inside = true;
    return inside;
}

/* What stands before the next line of `text` that begins with '@', behind which *text then is. */
static tc_slice take_lists(tc_slice *text)
{
    tc_slice rest = *text, lists = *text;
    while (rest.len > 0 && rest.ptr[0] != '@')
        (void)tc_slice_split(rest, '\n', &rest);
    lists.len = rest.len ? (size_t)(rest.ptr - text->ptr) : text->len;
    *text = rest;
    return lists;
}

static void begin_format(tc_ship_format *format, const tc_parser *parser, tc_slice columns,
                         const tc_parse_options *options)
{
    tc_parse_options own = tc_ship_inside_options(options);
    own.columns = parser->columns ? columns : TC_EMPTY_SLICE;
    format->parser = parser;
    format->bit = tc_parser_bit(parser);
    parser->begin(parser, &format->carry, &own);
}

/* The folders that the source's columns tell of, one "@format, host, folder" and its lists each. */
static bool begin_folders(tc_ship_table *table, tc_slice text, const tc_parse_options *options)
{
    while (text.len > 0 && table->folder_count < TC_SHIP_FOLDERS_MAX) {
        tc_slice line = tc_slice_sub(tc_slice_split(text, '\n', &text), 1, SIZE_MAX);
        tc_slice name = tc_slice_split(line, '\t', &line);
        const tc_parser *parser = tc_parser_named(name);
        tc_ship_format *format = &table->folders[table->folder_count];
        format->host = tc_slice_split(line, '\t', &format->folder);
        tc_slice lists = take_lists(&text);
        if (!parser || !tc_ship_may_carry(parser)) continue;
        if (!keep_text(table, &format->host) || !keep_text(table, &format->folder)) return false;
        begin_format(format, parser, lists, options);
        table->folder_count++;
    }
    return true;
}

tc_ship_table *tc_ship_table_new(const tc_parse_options *options)
{
    size_t count = 0;
    for (const tc_parser *const *p = tc_parsers; *p; p++)
        count += tc_ship_may_carry(*p);
    size_t size = sizeof(tc_ship_table) + count * sizeof(tc_ship_format);
    tc_ship_table *table = tc_schemas_keep(options->schemas, 1, size);
    if (!table) return NULL;
    table->memory = options->schemas;
    tc_slice text = options->columns;
    tc_slice lists = take_lists(&text);
    for (const tc_parser *const *p = tc_parsers; *p; p++)
        if (tc_ship_may_carry(*p))
            begin_format(&table->formats[table->format_count++], *p, lists, options);
    if (text.len == 0) return table;
    table->folders = tc_schemas_keep(options->schemas, TC_SHIP_FOLDERS_MAX, sizeof *table->folders);
    return table->folders && begin_folders(table, text, options) ? table : NULL;
}

const tc_ship_format *tc_ship_table_folder(const tc_ship_table *table, tc_slice host, tc_slice path)
{
    tc_slice folder = table->folder_count > 0 ? tc_ship_folder(path) : path;
    for (size_t i = 0; i < table->folder_count; i++)
        if (tc_slice_equal(table->folders[i].folder, folder) &&
            tc_slice_equal(table->folders[i].host, host))
            return &table->folders[i];
    return NULL;
}

const tc_ship_format *tc_ship_table_formats(const tc_ship_table *table, size_t *ret_count)
{
    *ret_count = table->format_count;
    return table->formats;
}

uint64_t tc_ship_hash(tc_slice host, tc_slice path)
{
    return tc_content_hash_add(tc_content_hash(host), path);
}

static size_t page_of(uint32_t number, size_t *ret_place)
{
    size_t page = 0, base = 0, size = FIRST_PAGE;
    while (number >= base + size) {
        base += size;
        size *= 2;
        page++;
    }
    *ret_place = number - base;
    return page;
}

const tc_ship_entry *tc_ship_table_entry(const tc_ship_table *table, uint32_t number)
{
    size_t place, page = page_of(number, &place);
    return &table->pages[page][place];
}

static bool is_of(const tc_ship_entry *entry, uint64_t hash, tc_slice host, tc_slice path)
{
    return entry->hash == hash && tc_slice_equal(entry->path, path) &&
           tc_slice_equal(entry->host, host);
}

const tc_ship_entry *tc_ship_table_find(const tc_ship_table *table, uint32_t count, tc_slice host,
                                        tc_slice path)
{
    uint64_t hash = tc_ship_hash(host, path);
    uint32_t next = table->buckets[hash % BUCKETS];
    while (next > 0) {
        const tc_ship_entry *entry = tc_ship_table_entry(table, next - 1);
        if (next <= count && is_of(entry, hash, host, path)) return entry;
        next = entry->before;
    }
    return NULL;
}

/* A place for one more entry; NULL without room. */
static tc_ship_entry *new_place(tc_ship_table *table)
{
    size_t place, page = page_of(table->count, &place);
    if (table->count >= TC_SHIP_VERSIONS_MAX || page >= PAGES) return NULL;
    if (!table->pages[page])
        table->pages[page] =
            tc_schemas_keep(table->memory, (size_t)FIRST_PAGE << page, sizeof(tc_ship_entry));
    return table->pages[page] ? &table->pages[page][place] : NULL;
}

/* Appends; `older` is the newest of its path so far, whose texts are used again. */
static bool append(tc_ship_table *table, const tc_ship_entry *entry, const tc_ship_entry *older)
{
    tc_ship_entry *place = new_place(table);
    tc_ship_entry fresh = *entry;
    if (!place) return false;
    fresh.hash = tc_ship_hash(entry->host, entry->path);
    if (older) {
        fresh.host = older->host;
        fresh.path = older->path;
    } else if (!keep_text(table, &fresh.host) || !keep_text(table, &fresh.path)) {
        return false;
    }
    if (!keep_text(table, &fresh.header)) return false;
    uint32_t *bucket = &table->buckets[fresh.hash % BUCKETS];
    fresh.before = *bucket;
    *place = fresh;
    *bucket = ++table->count;
    table->paths += older == NULL;
    return true;
}

/* Forgets what stands behind the first `count` entries. */
static void cut_back(tc_ship_table *table, uint32_t count)
{
    while (table->count > count) {
        const tc_ship_entry *last = tc_ship_table_entry(table, table->count - 1);
        table->buckets[last->hash % BUCKETS] = last->before;
        table->count--;
        table->paths -= !tc_ship_table_find(table, table->count, last->host, last->path);
    }
}

TC_STATUS tc_ship_table_add(tc_ship_table *table, uint32_t *count, const tc_ship_entry *entry,
                            bool *ret_path)
{
    cut_back(table, *count);
    const tc_ship_entry *older = tc_ship_table_find(table, *count, entry->host, entry->path);
    *ret_path = older == NULL;
    if (!older && table->paths >= TC_SHIP_PATHS_MAX) return (tc_status){TC_ELIMIT};
    if (!append(table, entry, older)) return (tc_status){TC_ELIMIT};
    ++*count;
    return TC_SUCCESS;
}
