/* Values of the event at hand: fetched once per group, lists taken apart, keywords gathered. */
#include "detector/sigma/matcher_data.h"
#include "parsers/base/alloc.h"
#include "parsers/base/json_reader.h"
#include "parsers/base/utf8.h"

#define KEYWORD_VALUES_MAX 1000000

static tc_field_value member_of(tc_value value)
{
    return (tc_field_value){.kind = value.kind, .text = value.text};
}

void tc_members_add(tc_matcher *m, tc_value value, unsigned depth, tc_field_value *members,
                    size_t room, size_t *count)
{
    if (value.kind == TC_KIND_MISSING || *count == room) return;
    if (value.kind != TC_KIND_LIST) {
        members[(*count)++] = member_of(value);
        return;
    }
    for (size_t i = 0; depth < TC_MEMBERS_DEPTH && i < value.item_count && *count < room; i++)
        tc_members_add(m, tc_cell_value(value.items[i], m->event->arena), depth + 1, members, room,
                       count);
}

static void fetch_list(tc_matcher *m, tc_group_state *state, tc_value value)
{
    state->count = 0;
    state->members = tc_arena_get(m->arena, TC_MEMBERS_MAX, sizeof *state->members);
    if (!state->members) {
        m->limit_hits++;
        return;
    }
    tc_members_add(m, value, 0, state->members, TC_MEMBERS_MAX, &state->count);
    for (size_t i = 0; i < state->count; i++)
        state->null |= state->members[i].kind == TC_KIND_NULL;
}

tc_group_state *tc_group_fetch(tc_matcher *m, uint32_t group)
{
    tc_group_state *state = &m->states[group];
    if (state->fetched == m->epoch) return state;
    state->fetched = m->epoch;
    tc_field field = m->rules->groups[group].field;
    if (field == TC_FIELD_NONE) {
        tc_keywords_fetch(m, state);
        return state;
    }
    tc_value value = tc_event_value(m->event, field);
    state->exists = value.kind != TC_KIND_MISSING;
    state->null = !state->exists || value.kind == TC_KIND_NULL;
    if (value.kind == TC_KIND_LIST) {
        fetch_list(m, state, value);
        return state;
    }
    state->one = member_of(value);
    state->members = &state->one;
    state->count = state->null ? 0 : 1;
    return state;
}

tc_slice tc_member_fold(tc_matcher *m, tc_field_value *member)
{
    if (!member->is_folded) {
        member->is_folded = true;
        if (!tc_utf8_fold(m->arena, member->text, &member->folded)) {
            member->folded = member->text;
            m->limit_hits++;
        }
    }
    return member->folded;
}

/* -- keywords -------------------------------------------------------------------------------- */

static void add_keyword_value(tc_matcher *m, size_t *count, tc_value value)
{
    if (value.kind == TC_KIND_MISSING || value.kind == TC_KIND_NULL) return;
    if (value.kind == TC_KIND_LIST) {
        tc_field_value members[64];
        size_t found = 0;
        tc_members_add(m, value, 0, members, TC_COUNT_OF(members), &found);
        for (size_t i = 0; i < found; i++)
            add_keyword_value(m, count,
                              (tc_value){.kind = members[i].kind, .text = members[i].text});
        return;
    }
    if (tc_failed(tc_grow((void *)&m->keyword_members, &m->keyword_room, *count + 1,
                          sizeof *m->keyword_members, KEYWORD_VALUES_MAX))) {
        m->limit_hits++;
        return;
    }
    m->keyword_members[(*count)++] = member_of(value);
}

/* Every scalar of a JSON text, at any depth; names are not values. False if it is no JSON. */
static bool add_json(tc_matcher *m, size_t *count, tc_json *json)
{
    tc_json_value v;
    if (!tc_json_value_next(json, &v)) return false;
    tc_slice key;
    switch (v.type) {
    case TC_JSON_OBJECT:
        while (tc_json_key_next(json, &key))
            if (!add_json(m, count, json)) return false;
        return !tc_json_failed(json);
    case TC_JSON_ARRAY:
        while (tc_json_element_next(json))
            if (!add_json(m, count, json)) return false;
        return !tc_json_failed(json);
    case TC_JSON_STRING:
        if (!tc_json_decode(m->arena, v.raw, &key)) key = v.raw;
        add_keyword_value(m, count, (tc_value){.kind = TC_KIND_STRING, .text = key});
        return true;
    case TC_JSON_NUMBER:
        add_keyword_value(m, count, (tc_value){.kind = TC_KIND_NUMBER, .text = v.raw});
        return true;
    case TC_JSON_TRUE:
    case TC_JSON_FALSE:
        key = v.type == TC_JSON_TRUE ? TC_LIT("true") : TC_LIT("false");
        add_keyword_value(m, count, (tc_value){.kind = TC_KIND_BOOL, .text = key});
        return true;
    case TC_JSON_NULL:
    case TC_JSON_TYPE_COUNT:
        break;
    }
    return true;
}

static void add_cells(tc_matcher *m, size_t *count, bool line)
{
    const tc_event *event = m->event;
    /* A cell that stands in the line as it is was searched there, unless its ends matter. */
    bool skip = line && !m->rules->groups[0].anchored;
    for (size_t i = 0; i < event->schema->column_count; i++) {
        uint32_t form = event->cells[i].form;
        if (form == TC_FORM_MISSING || form == TC_FORM_NULL) continue;
        if (skip && (form == TC_FORM_TEXT || form == TC_FORM_NUMBER)) continue;
        add_keyword_value(m, count, tc_cell_value(event->cells[i], event->arena));
    }
    for (size_t i = 0; i < event->extra_count; i++)
        add_keyword_value(m, count, tc_cell_value(event->extra[i].cell, event->arena));
}

/*
 * The values of the event, and the line where the record is one: markup is none (its names would be
 * searched, too), and neither are binary records and those whose text is made only for people. Of a
 * JSON record the text itself is walked, which has all values, whether or not anybody asked for
 * them.
 */
void tc_keywords_fetch(tc_matcher *m, tc_group_state *state)
{
    tc_slice raw = m->event->late ? TC_EMPTY_SLICE : tc_slice_trim(m->event->raw);
    size_t count = 0;
    bool json = raw.len > 0 && raw.ptr[0] == '{';
    bool line = raw.len > 0 && !json && raw.ptr[0] != '[' && raw.ptr[0] != '<' &&
                tc_slice_find(raw, 0) == TC_NPOS;
    if (line) add_keyword_value(m, &count, (tc_value){.kind = TC_KIND_STRING, .text = raw});
    bool whole = false;
    if (json) {
        tc_json reader;
        tc_json_init(&reader, raw);
        whole = add_json(m, &count, &reader);
    }
    if (!whole) add_cells(m, &count, line);
    state->exists = count > 0;
    state->null = count == 0;
    state->count = count;
    state->members = m->keyword_members;
}
