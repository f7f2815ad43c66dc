#include "parsers/event/schema_visit.h"

#include "parsers/base/alloc.h"

#define NAMES_BYTES TC_SCHEMA_BYTES_OF_SOURCE

/* By way of a room that may be filled in: a visit takes it for both ways. */
static void save_text(tc_visit *visit, tc_slice text)
{
    uint8_t room[256];
    for (size_t at = 0; at < text.len; at += sizeof room) {
        size_t length = TC_MIN(text.len - at, sizeof room);
        memcpy(room, text.ptr + at, length);
        tc_visit_bytes(visit, room, length);
    }
}

static void save_names(tc_visit *visit, tc_column_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        tc_visit_count(visit, &names->names[i].len, NAMES_BYTES);
    for (size_t i = 0; i < names->count; i++)
        save_text(visit, names->names[i]);
}

static void load_names(tc_visit *visit, tc_column_names *names)
{
    size_t total = 0;
    for (size_t i = 0; i < names->count && !tc_visit_failed(visit); i++) {
        tc_visit_count(visit, &names->names[i].len, NAMES_BYTES - total);
        total += names->names[i].len;
    }
    if (tc_visit_failed(visit)) return;
    names->bytes = tc_alloc(total + 1, 1);
    if (!names->bytes) {
        tc_visit_fail(visit, TC_ENOMEM, "no memory for a header");
        return;
    }
    tc_visit_bytes(visit, names->bytes, total);
    size_t at = 0;
    for (size_t i = 0; i < names->count; i++) {
        names->names[i].ptr = names->bytes + at;
        at += names->names[i].len;
    }
}

void tc_column_names_visit(tc_visit *visit, const tc_schema *schema, tc_column_names *names)
{
    names->bytes = NULL;
    names->count = schema && !tc_visit_loads(visit) ? schema->column_count : 0;
    tc_visit_count(visit, &names->count, TC_SCHEMA_MAX_COLUMNS);
    if (tc_visit_loads(visit)) {
        load_names(visit, names);
    } else {
        if (names->count) memcpy(names->names, schema->names, names->count * sizeof(tc_slice));
        save_names(visit, names);
    }
    if (tc_visit_failed(visit)) names->count = 0;
}

void tc_column_names_done(tc_column_names *names)
{
    tc_free(names->bytes);
    names->bytes = NULL;
}
