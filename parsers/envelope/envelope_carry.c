/* How an envelope begins, and how what it has met is saved: the newest of each path, its format
 * by its name and that format's carry in its own way. */
#include "parsers/base/hash.h"
#include "parsers/envelope/opening.h"

void tc_envelope_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    memset(carry, 0, sizeof *carry);
    tc_ship_carry *own = TC_CARRY_OF(tc_ship_carry, carry);
    own->failed = TC_EUNSUPPORTED;
    if (!options->schemas) return;
    own->table = tc_ship_table_new(options);
    own->failed = own->table ? TC_OK : TC_ENOMEM;
}

static bool is_newest(const tc_ship_carry *own, uint32_t number)
{
    const tc_ship_entry *entry = tc_ship_table_entry(own->table, number);
    return tc_ship_table_find(own->table, own->count, entry->host, entry->path) == entry;
}

static size_t newest_count(const tc_ship_carry *own)
{
    size_t count = 0;
    for (uint32_t i = 0; i < own->count; i++)
        count += is_newest(own, i);
    return count;
}

static bool keep(const tc_parse_options *options, tc_slice *text)
{
    uint8_t *copy = tc_schemas_keep(options->schemas, text->len + 1, 1);
    if (copy && text->len) memcpy(copy, text->ptr, text->len);
    *text = tc_slice_make(copy, text->len);
    return copy != NULL;
}

/* A text of an entry; what is loaded is kept. */
static void visit_text(tc_slice *text, size_t max, const tc_parse_options *options, tc_visit *visit)
{
    tc_visit_text(visit, text, max);
    if (!tc_visit_loads(visit) || tc_visit_failed(visit)) return;
    if (!keep(options, text)) tc_visit_fail(visit, TC_ENOMEM, "no memory for a path");
}

static void visit_format(tc_ship_entry *entry, const tc_parse_options *options, tc_visit *visit)
{
    tc_slice name = entry->parser ? tc_slice_of(entry->parser->name) : TC_EMPTY_SLICE;
    tc_visit_text(visit, &name, TC_SHIP_KEY_MAX);
    if (tc_visit_loads(visit) && !tc_visit_failed(visit) && name.len > 0) {
        entry->parser = tc_parser_named(name);
        if (!entry->parser || !tc_ship_may_carry(entry->parser)) {
            tc_visit_refuse(visit, "a format that cannot stand in an envelope");
            return;
        }
    }
    if (entry->parser && !tc_visit_failed(visit))
        tc_carry_visit(entry->parser, &entry->carry, options, visit);
}

static void visit_entry(tc_ship_entry *entry, const tc_parse_options *options, tc_visit *visit)
{
    visit_text(&entry->host, TC_SHIP_KEY_MAX, options, visit);
    visit_text(&entry->path, TC_SHIP_KEY_MAX, options, visit);
    visit_text(&entry->header, TC_SHIP_HEADER_MAX, options, visit);
    visit_format(entry, options, visit);
}

static void load(tc_ship_carry *own, size_t count, const tc_parse_options *options, tc_visit *visit)
{
    for (size_t i = 0; i < count && !tc_visit_failed(visit); i++) {
        tc_ship_entry entry;
        bool path = false;
        memset(&entry, 0, sizeof entry);
        visit_entry(&entry, options, visit);
        if (tc_visit_failed(visit)) return;
        tc_status status = tc_ship_table_add(own->table, &own->count, &entry, &path);
        if (tc_failed(status))
            tc_visit_fail(visit, status.code, "no room for a path");
        else if (!path)
            tc_visit_refuse(visit, "a path stands there twice");
    }
}

static void save(const tc_ship_carry *own, const tc_parse_options *options, tc_visit *visit)
{
    for (uint32_t i = 0; i < own->count && !tc_visit_failed(visit); i++) {
        if (!is_newest(own, i)) continue;
        tc_ship_entry entry = *tc_ship_table_entry(own->table, i);
        visit_entry(&entry, options, visit);
    }
}

void tc_envelope_carry_visit(const tc_parser *self, tc_carry *carry,
                             const tc_parse_options *options, tc_visit *visit)
{
    tc_ship_carry *own = TC_CARRY_OF(tc_ship_carry, carry);
    if (own->failed != TC_OK) {
        tc_visit_fail(visit, own->failed, "an envelope without memory");
        return;
    }
    const tc_parse_options inside = tc_ship_inside_options(options);
    const uint64_t columns = tc_content_hash(options->columns);
    uint64_t saved = columns;
    size_t count = tc_visit_loads(visit) ? 0 : newest_count(own);
    tc_visit_u64(visit, &saved);
    if (saved != columns) tc_visit_refuse(visit, "its rows were read by other columns");
    tc_units_visit(self, &own->units, options, visit);
    tc_visit_bool(visit, &own->limited);
    tc_visit_count(visit, &count, TC_SHIP_PATHS_MAX);
    if (tc_visit_loads(visit))
        load(own, count, &inside, visit);
    else
        save(own, &inside, visit);
}
