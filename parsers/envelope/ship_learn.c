/* The columns of records inside that no header describes: each folder's by its own rows, those that
 * no two folders tell otherwise for paths that the head does not show. */
#include "parsers/envelope/ship_groups.h"

#define TEXT_MAX ((size_t)64 << 10)

typedef struct lesson {
    tc_str folders; /* "@format, host, folder" and lists */
    tc_slice lists[TC_SHIP_FOLDERS_MAX * TC_COLUMN_LISTS];
    size_t count;
    bool readable; /* some folder's records can be read */
    tc_slice doubt;
    uint32_t rows;
} lesson;

static size_t width_of(tc_slice list)
{
    size_t width = 0;
    while (list.len > 0)
        width += tc_slice_split(list, ' ', &list).len > 0;
    return width;
}

static bool is_plain(tc_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ') return false;
    return true;
}

static void take_lists(lesson *l, tc_slice lists)
{
    while (lists.len > 0 && l->count < TC_COUNT_OF(l->lists)) {
        tc_slice list = tc_slice_split(lists, '\n', &lists);
        size_t i = 0;
        while (i < l->count && !tc_slice_equal(l->lists[i], list))
            i++;
        if (i == l->count) l->lists[l->count++] = list;
    }
}

/* The columns of one folder. */
static TC_STATUS learn_folder(const tc_ship_group *group, bool whole, const tc_given_columns *given,
                              tc_arena *arena, lesson *l)
{
    const tc_parser *inside;
    tc_columns columns = {.rows = 0};
    tc_slice text = tc_str_view(&group->text);
    TC_TRY(tc_envelope_probe_inner(text, &inside));
    if (!inside) return TC_SUCCESS;
    if (inside->columns && inside->columns->learn)
        TC_TRY(inside->columns->learn(inside, text, whole, given->of(given->context, group->path),
                                      arena, &columns));
    if (columns.doubt.len == 0) l->readable = true;
    if (columns.doubt.len > 0 && l->doubt.len == 0) l->doubt = columns.doubt;
    /* A folder in doubt is told of too, without lists: its rows are not read by others' columns. */
    if (columns.lists.len == 0 && columns.doubt.len == 0) return TC_SUCCESS;
    l->rows += columns.rows;
    take_lists(l, columns.lists);
    if (!is_plain(group->host) || !is_plain(group->folder)) return TC_SUCCESS;
    tc_str_addf(&l->folders, "%s@%s\t", l->folders.len ? "\n" : "", inside->name);
    tc_str_add(&l->folders, group->host);
    tc_str_add_byte(&l->folders, '\t');
    tc_str_add(&l->folders, group->folder);
    if (columns.lists.len == 0) return TC_SUCCESS;
    tc_str_add_byte(&l->folders, '\n');
    tc_str_add(&l->folders, columns.lists);
    return TC_SUCCESS;
}

/* Lists of which each is the only one of its width. */
static void add_common(const lesson *l, tc_str *out)
{
    size_t told = 0;
    for (size_t i = 0; i < l->count && told < TC_COLUMN_LISTS; i++) {
        size_t same = 0;
        for (size_t k = 0; k < l->count; k++)
            same += width_of(l->lists[k]) == width_of(l->lists[i]);
        if (same > 1) continue;
        if (told++ > 0) tc_str_add_byte(out, '\n');
        tc_str_add(out, l->lists[i]);
    }
}

static TC_STATUS tell(lesson *l, tc_arena *arena, tc_columns *ret)
{
    tc_str text;
    tc_str_init(&text, TEXT_MAX);
    add_common(l, &text);
    if (text.len > 0 && l->folders.len > 0) tc_str_add_byte(&text, '\n');
    tc_str_add(&text, tc_str_view(&l->folders));
    tc_status status = tc_str_status(&text);
    if (!tc_failed(status) && !tc_arena_copy(arena, tc_str_view(&text), &ret->lists))
        status = (tc_status){TC_ENOMEM};
    tc_str_done(&text);
    ret->rows = l->rows;
    if (!l->readable) ret->doubt = l->doubt;
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

static TC_STATUS learn_groups(const tc_ship_groups *groups, bool whole,
                              const tc_given_columns *given, tc_arena *arena, lesson *l)
{
    for (size_t i = 0; i < groups->count; i++)
        TC_TRY(learn_folder(&groups->groups[i], whole, given, arena, l));
    return tc_str_status(&l->folders);
}

static TC_STATUS learn_inside(const tc_parser *self, tc_slice head, bool whole,
                              const tc_given_columns *given, tc_arena *arena, tc_columns *ret)
{
    *ret = (tc_columns){.rows = 0};
    lesson *l = tc_arena_zero(arena, 1, sizeof *l);
    if (!l) return (tc_status){TC_ENOMEM};
    tc_str_init(&l->folders, TEXT_MAX);
    tc_status status = TC_SUCCESS;
    for (int nested = 0; nested <= 1 && !tc_failed(status); nested++) {
        tc_ship_groups groups;
        status = tc_ship_groups_take(self, head, nested == 1, arena, &groups);
        if (!tc_failed(status)) status = learn_groups(&groups, whole, given, arena, l);
        tc_ship_groups_done(&groups);
    }
    if (!tc_failed(status)) status = tell(l, arena, ret);
    tc_str_done(&l->folders);
    return status;
}

const tc_column_reader tc_envelope_column_reader = {.learn_inside = learn_inside};
