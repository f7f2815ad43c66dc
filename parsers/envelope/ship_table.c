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
    size_t format_count;
    tc_ship_format formats[];
};

bool tc_ship_may_carry(const tc_parser *parser)
{
    return !parser->envelope && !parser->any && !parser->binary;
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
    for (const tc_parser *const *p = tc_parsers; *p; p++) {
        if (!tc_ship_may_carry(*p)) continue;
        tc_ship_format *format = &table->formats[table->format_count++];
        format->parser = *p;
        format->bit = tc_parser_bit(*p);
        (*p)->begin(*p, &format->carry, options);
    }
    return table;
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
    size_t page = 0, first = 0, size = FIRST_PAGE;
    while (number >= first + size) {
        first += size;
        size *= 2;
        page++;
    }
    *ret_place = number - first;
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

static bool keep_text(tc_ship_table *table, tc_slice *text)
{
    uint8_t *copy = tc_schemas_keep(table->memory, text->len + 1, 1);
    if (copy && text->len) memcpy(copy, text->ptr, text->len);
    *text = tc_slice_make(copy, text->len);
    return copy != NULL;
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
