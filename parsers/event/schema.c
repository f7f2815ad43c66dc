#include "parsers/event/schema.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"
#include "parsers/base/map.h"
#include "parsers/base/str.h"

#include <stdatomic.h>

/* What the run's own schemas may take, keys and tables. */
#define BYTES_MAX ((size_t)16 << 20)

struct tc_schemas {
    tc_schemas *run; /* of a source's: where the known layouts are; else NULL */
    const tc_names *names;
    tc_map *numbers; /* format and column names -> index + 1 in list; made when first needed */
    tc_arena *arena; /* the schemas and all they point at; likewise */
    tc_arena *kept;  /* what others keep here; likewise */
    tc_schema **list;
    size_t capacity;
    size_t count;
    size_t limit;
    size_t bytes; /* that the schemas take, slot tables left out: the run decides their size */
    size_t bytes_max;
    uint64_t refused;
    uint64_t holders;
    _Atomic uint64_t serials; /* of the run's: how many were given, to its sources' schemas too */
    tc_str key;               /* scratch */
};

static tc_schemas *new_schemas(const tc_names *names, size_t limit, size_t bytes_max)
{
    tc_schemas *schemas = tc_alloc(1, sizeof *schemas);
    if (!schemas) return NULL;
    schemas->names = names;
    schemas->limit = limit;
    schemas->bytes_max = bytes_max;
    schemas->holders = 1;
    tc_str_init(&schemas->key, BYTES_MAX);
    return schemas;
}

tc_schemas *tc_schemas_new(const tc_names *names, size_t limit)
{
    return new_schemas(names, limit, BYTES_MAX);
}

tc_schemas *tc_schemas_new_source(tc_schemas *run)
{
    TC_ASSERT(!run->run);
    tc_schemas *schemas = new_schemas(run->names, TC_SCHEMAS_OF_SOURCE, TC_SCHEMA_BYTES_OF_SOURCE);
    if (schemas) schemas->run = run;
    return schemas;
}

tc_schemas *tc_schemas_hold(tc_schemas *schemas)
{
    if (schemas) schemas->holders++;
    return schemas;
}

void tc_schemas_free(tc_schemas *schemas)
{
    if (!schemas || --schemas->holders > 0) return;
    tc_map_free(schemas->numbers);
    tc_arena_free(schemas->arena);
    tc_arena_free(schemas->kept);
    tc_free(schemas->list);
    tc_str_done(&schemas->key);
    tc_free(schemas);
}

const tc_names *tc_schemas_names(const tc_schemas *schemas)
{
    return schemas->names;
}

uint64_t tc_schemas_refused(const tc_schemas *schemas)
{
    return schemas->refused;
}

void *tc_schemas_keep(tc_schemas *schemas, size_t count, size_t size)
{
    if (!schemas->kept) schemas->kept = tc_arena_new(TC_SCHEMAS_KEPT_MAX);
    void *kept = schemas->kept ? tc_arena_zero(schemas->kept, count, size) : NULL;
    schemas->refused += kept == NULL;
    return kept;
}

static void add_part(tc_str *key, tc_slice part)
{
    tc_str_add_byte(key, '\0');
    tc_str_add_u64(key, part.len);
    tc_str_add_byte(key, ':');
    tc_str_add(key, part);
}

/* Format and labels, each with its length in front: no two lists give one key. */
static void begin_key(tc_str *key, const tc_schema *head)
{
    tc_str_clear(key);
    tc_str_add(key, tc_slice_of(head->format));
    for (size_t i = 0; i < head->label_count; i++) {
        add_part(key, tc_slice_of(head->labels[i].category));
        add_part(key, tc_slice_of(head->labels[i].product));
        add_part(key, tc_slice_of(head->labels[i].service));
    }
}

/* The columns behind them, in the same way. */
static TC_STATUS add_names(tc_str *key, const tc_slice *names, size_t count)
{
    tc_str_add_byte(key, '\0');
    for (size_t i = 0; i < count; i++)
        add_part(key, names[i]);
    return tc_str_status(key);
}

/* Or, for a column per field, which fields. */
static TC_STATUS add_fields(tc_str *key, size_t from, size_t end)
{
    tc_str_addf(key, "*%zu-%zu", from, end);
    return tc_str_status(key);
}

/* Fills the tables of a schema; false without memory. */
static bool fill(tc_schemas *schemas, tc_schema *schema, const tc_slice *names, size_t count)
{
    tc_arena *arena = schemas->arena;
    size_t slot_count = tc_names_count(schemas->names);
    tc_field *fields = tc_arena_get(arena, count, sizeof *fields);
    tc_slice *copies = tc_arena_get(arena, count, sizeof *copies);
    uint16_t *slots = tc_arena_zero(arena, slot_count, sizeof *slots);
    if (!fields || !copies || !slots) return false;
    for (size_t i = 0; i < count; i++) {
        if (!tc_arena_copy(arena, names[i], &copies[i])) return false;
        fields[i] = tc_names_find(schemas->names, names[i]);
        if (fields[i] != TC_FIELD_NONE && slots[fields[i]] == 0)
            slots[fields[i]] = (uint16_t)(i + 1);
    }
    schema->column_count = count;
    schema->fields = fields;
    schema->names = copies;
    schema->slots = slots;
    schema->slot_count = slot_count;
    return true;
}

/* The schema of the head with a serial of its own. */
static tc_schema with_tables(tc_schemas *schemas, const tc_schema *head, const tc_schema *tables)
{
    _Atomic uint64_t *serials = schemas->run ? &schemas->run->serials : &schemas->serials;
    tc_schema schema = *tables;
    schema.serial = atomic_fetch_add(serials, 1);
    schema.format = head->format;
    schema.labels = head->labels;
    schema.label_count = head->label_count;
    return schema;
}

static TC_STATUS make_tables(tc_schemas *schemas)
{
    /* Slot tables come on top of what is counted, and chunk ends are wasted. */
    size_t slots = schemas->limit * tc_names_count(schemas->names) * sizeof(uint16_t);
    size_t room = 2 * schemas->bytes_max + 2 * slots;
    if (!schemas->numbers) schemas->numbers = tc_map_new(schemas->limit);
    if (!schemas->arena) schemas->arena = tc_arena_new(room);
    return schemas->numbers && schemas->arena ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

/* A new schema for each of so many heads, with the same columns, behind the others; they count as
 * one, and only once their key is in the map. */
static TC_STATUS build(tc_schemas *schemas, const tc_schema *heads, size_t head_count,
                       const tc_slice *names, size_t count)
{
    TC_TRY(tc_grow(&schemas->list, &schemas->capacity, schemas->count + 1, sizeof *schemas->list,
                   schemas->limit));
    /* The text of the names is shorter than the key; 64 bytes pay for rounding up. */
    size_t size =
        head_count * sizeof(tc_schema) + count * (sizeof(tc_field) + sizeof(tc_slice) + 64);
    size += 2 * schemas->key.len;
    if (!schemas->run) size += tc_names_count(schemas->names) * sizeof(uint16_t);
    if (size > schemas->bytes_max - schemas->bytes) return (tc_status){TC_ELIMIT};
    tc_schema *schema = tc_arena_get(schemas->arena, head_count, sizeof *schema);
    tc_schema tables = {.serial = 0};
    if (!schema || !fill(schemas, &tables, names, count)) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < head_count; i++)
        schema[i] = with_tables(schemas, &heads[i], &tables);
    uint64_t *number;
    TC_TRY(tc_map_put(schemas->numbers, tc_str_view(&schemas->key), &number, NULL));
    schemas->list[schemas->count++] = schema;
    schemas->bytes += size;
    *number = schemas->count;
    return TC_SUCCESS;
}

static const tc_schema *find(const tc_schemas *schemas, tc_slice key)
{
    const uint64_t *number = schemas->numbers ? tc_map_get(schemas->numbers, key) : NULL;
    return number ? schemas->list[*number - 1] : NULL;
}

/* The schema of the key that is in the scratch; NULL if there is none yet. */
static const tc_schema *known_schema(const tc_schemas *schemas)
{
    tc_slice key = tc_str_view(&schemas->key);
    const tc_schema *known = schemas->run ? find(schemas->run, key) : NULL;
    return known ? known : find(schemas, key);
}

/* Counts what was refused for a limit. */
static TC_STATUS refuse(tc_schemas *schemas, tc_status status)
{
    schemas->refused += status.code == TC_ELIMIT;
    return status;
}

static TC_STATUS add_schemas(tc_schemas *schemas, const tc_schema *heads, size_t head_count,
                             const tc_slice *names, size_t count, const tc_schema **ret)
{
    TC_TRY(make_tables(schemas));
    tc_arena_mark mark = tc_arena_save(schemas->arena);
    tc_status built = build(schemas, heads, head_count, names, count);
    if (tc_failed(built))
        tc_arena_rewind(schemas->arena, mark);
    else
        *ret = schemas->list[schemas->count - 1];
    return refuse(schemas, built);
}

TC_STATUS tc_schemas_get(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                         size_t label_count, const tc_slice *names, size_t count,
                         const tc_schema **ret)
{
    if (count > TC_SCHEMA_MAX_COLUMNS) return refuse(schemas, (tc_status){TC_ELIMIT});
    const tc_schema head = {.format = format, .labels = labels, .label_count = label_count};
    begin_key(&schemas->key, &head);
    TC_TRY(refuse(schemas, add_names(&schemas->key, names, count)));
    const tc_schema *known = known_schema(schemas);
    if (!known) return add_schemas(schemas, &head, 1, names, count, ret);
    *ret = known;
    return TC_SUCCESS;
}

/* The names of the fields from `from` on, each a column; allocated. */
static tc_slice *open_names(const tc_names *table, size_t from, size_t end, size_t *ret_count)
{
    tc_slice *names = tc_alloc(end, sizeof *names);
    *ret_count = 0;
    for (size_t i = from; names && i < end; i++)
        names[(*ret_count)++] = tc_names_text(table, (tc_field)i);
    return names;
}

static TC_STATUS get_open(tc_schemas *schemas, const tc_schema *heads, size_t head_count,
                          tc_field from, const tc_schema **ret)
{
    size_t count, end = tc_names_count(schemas->names);
    begin_key(&schemas->key, &heads[0]);
    if (head_count > 1) tc_str_addf(&schemas->key, "+%zu", head_count);
    TC_TRY(add_fields(&schemas->key, from, end));
    const tc_schema *known = known_schema(schemas);
    if (known) {
        *ret = known;
        return TC_SUCCESS;
    }
    tc_slice *names = open_names(schemas->names, from, end, &count);
    if (!names) return (tc_status){TC_ENOMEM};
    tc_status status = add_schemas(schemas, heads, head_count, names, count, ret);
    tc_free(names);
    return status;
}

TC_STATUS tc_schemas_get_open(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                              size_t label_count, tc_field from, const tc_schema **ret)
{
    const tc_schema head = {.format = format, .labels = labels, .label_count = label_count};
    return get_open(schemas, &head, 1, from, ret);
}

TC_STATUS tc_schemas_get_open_set(tc_schemas *schemas, const char *format,
                                  const tc_logsource_set *sets, size_t set_count, tc_field from,
                                  const tc_schema **ret)
{
    tc_schema *heads = tc_alloc(set_count, sizeof *heads);
    if (!heads) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < set_count; i++)
        heads[i] =
            (tc_schema){.format = format, .labels = sets[i].labels, .label_count = sets[i].count};
    tc_status status = get_open(schemas, heads, set_count, from, ret);
    tc_free(heads);
    return status;
}
