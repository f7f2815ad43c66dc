#include "parsers/event/schema.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"
#include "parsers/base/map.h"
#include "parsers/base/str.h"

/* What all schemas of a run may take, keys and tables: a log may bring a new header on every line.
 */
#define BYTES_MAX ((size_t)16 << 20)

struct tc_schemas {
    const tc_names *names;
    tc_map *numbers; /* format and column names -> index + 1 in list */
    tc_arena *arena; /* the schemas and all they point at */
    tc_schema **list;
    size_t capacity;
    size_t count;
    size_t limit;
    tc_str key; /* scratch */
};

tc_schemas *tc_schemas_new(const tc_names *names, size_t limit)
{
    tc_schemas *schemas = tc_alloc(1, sizeof *schemas);
    if (!schemas) return NULL;
    schemas->names = names;
    schemas->limit = limit;
    tc_str_init(&schemas->key, BYTES_MAX);
    schemas->numbers = tc_map_new(limit);
    schemas->arena = tc_arena_new(2 * BYTES_MAX); /* chunk ends are wasted */
    if (!schemas->numbers || !schemas->arena) {
        tc_schemas_free(schemas);
        return NULL;
    }
    return schemas;
}

void tc_schemas_free(tc_schemas *schemas)
{
    if (!schemas) return;
    tc_map_free(schemas->numbers);
    tc_arena_free(schemas->arena);
    tc_free(schemas->list);
    tc_str_done(&schemas->key);
    tc_free(schemas);
}

const tc_names *tc_schemas_names(const tc_schemas *schemas)
{
    return schemas->names;
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
static tc_status add_names(tc_str *key, const tc_slice *names, size_t count)
{
    tc_str_add_byte(key, '\0');
    for (size_t i = 0; i < count; i++)
        add_part(key, names[i]);
    return tc_str_status(key);
}

/* Or, for a column per field, which fields. */
static tc_status add_fields(tc_str *key, size_t from, size_t end)
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

/* A new schema behind the others; it counts only once its key is in the map. */
static tc_status build(tc_schemas *schemas, const tc_schema *head, const tc_slice *names,
                       size_t count)
{
    TC_TRY(tc_grow(&schemas->list, &schemas->capacity, schemas->count + 1, sizeof *schemas->list,
                   schemas->limit));
    /* The text of the names is shorter than the key; 64 bytes pay for rounding up. */
    size_t tables = sizeof(tc_schema) + count * (sizeof(tc_field) + sizeof(tc_slice) + 64) +
                    tc_names_count(schemas->names) * sizeof(uint16_t);
    if (tables + schemas->key.len + tc_arena_used(schemas->arena) > BYTES_MAX)
        return (tc_status){TC_ELIMIT};
    tc_schema *schema = tc_arena_get(schemas->arena, 1, sizeof *schema);
    if (!schema) return (tc_status){TC_ENOMEM};
    *schema = *head;
    if (!fill(schemas, schema, names, count)) return (tc_status){TC_ENOMEM};
    uint64_t *number;
    TC_TRY(tc_map_put(schemas->numbers, tc_str_view(&schemas->key), &number, NULL));
    schemas->list[schemas->count++] = schema;
    *number = schemas->count;
    return TC_SUCCESS;
}

/* The schema of the key that is in the scratch; NULL if there is none yet. */
static const tc_schema *known_schema(const tc_schemas *schemas)
{
    const uint64_t *number = tc_map_get(schemas->numbers, tc_str_view(&schemas->key));
    return number ? schemas->list[*number - 1] : NULL;
}

static tc_status add_schema(tc_schemas *schemas, const tc_schema *head, const tc_slice *names,
                            size_t count, const tc_schema **ret)
{
    tc_arena_mark mark = tc_arena_save(schemas->arena);
    tc_status built = build(schemas, head, names, count);
    if (tc_failed(built))
        tc_arena_rewind(schemas->arena, mark);
    else
        *ret = schemas->list[schemas->count - 1];
    return built;
}

tc_status tc_schemas_get(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                         size_t label_count, const tc_slice *names, size_t count,
                         const tc_schema **ret)
{
    if (count > TC_SCHEMA_MAX_COLUMNS) return (tc_status){TC_ELIMIT};
    const tc_schema head = {.format = format, .labels = labels, .label_count = label_count};
    begin_key(&schemas->key, &head);
    TC_TRY(add_names(&schemas->key, names, count));
    const tc_schema *known = known_schema(schemas);
    if (!known) return add_schema(schemas, &head, names, count, ret);
    *ret = known;
    return TC_SUCCESS;
}

tc_status tc_schemas_get_open(tc_schemas *schemas, const char *format, const tc_logsource *labels,
                              size_t label_count, tc_field from, const tc_schema **ret)
{
    size_t end = tc_names_count(schemas->names);
    const tc_schema head = {.format = format, .labels = labels, .label_count = label_count};
    begin_key(&schemas->key, &head);
    TC_TRY(add_fields(&schemas->key, from, end));
    const tc_schema *known = known_schema(schemas);
    if (known) {
        *ret = known;
        return TC_SUCCESS;
    }
    tc_slice *names = tc_alloc(end, sizeof *names);
    if (!names) return (tc_status){TC_ENOMEM};
    size_t count = 0;
    for (size_t i = from; i < end; i++)
        names[count++] = tc_names_text(schemas->names, (tc_field)i);
    tc_status status = add_schema(schemas, &head, names, count, ret);
    tc_free(names);
    return status;
}
