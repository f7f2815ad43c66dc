#include "parsers/open/members.h"

#define NAME_MAX 128 /* longest name that is looked up without its blanks */

tc_members *tc_members_new(tc_arena *arena)
{
    return tc_arena_zero(arena, 1, sizeof(tc_members));
}

static inline uint64_t load64(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint64_t load32(const uint8_t *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* The first and the last bytes of the name: together the whole of it up to 16 bytes. */
static inline void ends_of(tc_slice name, uint64_t *ret_head, uint64_t *ret_tail)
{
    if (name.len >= 8) {
        *ret_head = load64(name.ptr);
        *ret_tail = load64(name.ptr + name.len - 8);
    } else if (name.len >= 4) {
        *ret_head = load32(name.ptr);
        *ret_tail = load32(name.ptr + name.len - 4);
    } else {
        *ret_head = name.len ? name.ptr[0] : 0;
        *ret_tail = name.len ? (uint64_t)name.ptr[name.len / 2] << 8 | name.ptr[name.len - 1] : 0;
    }
}

static inline size_t place_of(uint64_t head, uint64_t tail, uint64_t kind)
{
    uint64_t mixed = (head ^ kind) * UINT64_C(0x9E3779B97F4A7C15);
    mixed ^= (tail ^ mixed >> 32) * UINT64_C(0xC2B2AE3D27D4EB4F);
    return (size_t)(mixed >> 48) & (TC_MEMBERS_SIZE - 1);
}

static inline bool is_same(const tc_members_entry *entry, const tc_members_entry *wanted,
                           tc_slice name)
{
    return entry->kind == wanted->kind && entry->head == wanted->head &&
           entry->tail == wanted->tail &&
           (name.len <= 16 || memcmp(entry->name, name.ptr, name.len) == 0);
}

static tc_member *keep(tc_members_entry place[2], const tc_members_entry *wanted, tc_slice name)
{
    place[1] = place[0];
    place[0].head = wanted->head;
    place[0].tail = wanted->tail;
    place[0].kind = wanted->kind;
    if (name.len > 16) memcpy(place[0].name, name.ptr, name.len);
    return &place[0].member;
}

tc_member *tc_members_at(tc_members *members, uint16_t scope, tc_slice name, bool *ret_known)
{
    *ret_known = false;
    if (name.len > TC_MEMBERS_NAME) return &members->unkept;
    tc_members_entry wanted;
    wanted.kind = (name.len << 16 | scope) + 1;
    ends_of(name, &wanted.head, &wanted.tail);
    tc_members_entry *place = members->places[place_of(wanted.head, wanted.tail, wanted.kind)];
    *ret_known = true;
    if (is_same(&place[0], &wanted, name)) return &place[0].member;
    if (is_same(&place[1], &wanted, name)) return &place[1].member;
    *ret_known = false;
    return keep(place, &wanted, name);
}

static uint16_t column_of(const tc_parse_options *options, const tc_schema *schema, tc_slice name)
{
    tc_field field = tc_names_find(options->names, name);
    int column = field == TC_FIELD_NONE ? -1 : tc_schema_column(schema, field);
    return column < 0 ? TC_ROW_NONE : (uint16_t)column;
}

bool tc_members_columns(const tc_parse_options *options, const tc_schema *schema, tc_slice name,
                        tc_member *ret)
{
    ret->column = column_of(options, schema, name);
    ret->second = TC_ROW_NONE;
    uint8_t text[NAME_MAX];
    if (name.len <= sizeof text && tc_slice_find(name, ' ') != TC_NPOS) {
        size_t filled = 0;
        for (size_t i = 0; i < name.len; i++)
            if (name.ptr[i] != ' ') text[filled++] = name.ptr[i];
        ret->second = column_of(options, schema, tc_slice_make(text, filled));
    }
    return ret->column != TC_ROW_NONE || ret->second != TC_ROW_NONE;
}
