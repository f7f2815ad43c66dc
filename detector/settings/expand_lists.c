#include "detector/settings/expand_lists.h"

#include "detector/settings/file.h"
#include "detector/sigma/paths.h"
#include "parsers/base/alloc.h"
#include "parsers/base/map.h"
#include "parsers/base/utf8.h"

#include <sys/stat.h>

#define FILE_MAX ((size_t)8 << 20)
#define VALUES_MAX 100000
#define VALUE_MAX 4096
#define LISTS_MAX 4096

typedef struct lists {
    tc_ruleset *rules;
    tc_map *names; /* those that have a list */
    tc_slice *values;
    size_t count, room;
    tc_error *error;
} lists;

static TC_STATUS refuse(lists *l, const char *path, uint32_t line, const char *why)
{
    return tc_fail_at(l->error, TC_ESYNTAX, path, line, 0, "%s", why);
}

static TC_STATUS add_value(lists *l, tc_slice value, const char *path, uint32_t line)
{
    if (value.len > VALUE_MAX) return refuse(l, path, line, "a value of more than 4096 bytes");
    if (tc_slice_find(value, 0) != TC_NPOS || !tc_utf8_valid(value))
        return refuse(l, path, line, "no text: one value a line is wanted, in UTF-8");
    if (l->count == VALUES_MAX) return refuse(l, path, line, "more than 100000 values");
    if (tc_failed(
            tc_grow((void *)&l->values, &l->room, l->count + 1, sizeof(*l->values), VALUES_MAX)))
        return tc_fail(l->error, TC_ENOMEM, "no memory for the lists of --expand");
    l->values[l->count++] = value;
    return TC_SUCCESS;
}

static TC_STATUS take_lines(lists *l, tc_slice text, const char *path)
{
    uint32_t line = 0;
    l->count = 0;
    if (tc_slice_starts(text, TC_LIT("\xef\xbb\xbf"))) text = tc_slice_sub(text, 3, text.len);
    while (text.ptr != NULL && text.len > 0) {
        tc_slice value = tc_slice_trim(tc_slice_split(text, '\n', &text));
        line++;
        if (value.len == 0 || value.ptr[0] == '#') continue;
        TC_TRY(add_value(l, value, path, line));
    }
    return l->count ? TC_SUCCESS : refuse(l, path, 0, "holds no value (wanted: one a line)");
}

static TC_STATUS claim_name(lists *l, tc_slice name, const char *path)
{
    uint64_t *value;
    bool created;
    bool plain = name.len > 0 && name.len <= 100 && tc_utf8_valid(name);
    for (size_t i = 0; i < name.len; i++)
        plain = plain && name.ptr[i] >= 0x20 && memchr("%\\*?", name.ptr[i], 4) == NULL;
    if (!plain) return refuse(l, path, 0, "--expand: the name of a list has no %, \\, * or ?");
    if (tc_failed(tc_map_put(l->names, name, &value, &created)))
        return tc_fail(l->error, TC_ELIMIT, "--expand: too many lists");
    return created ? TC_SUCCESS : refuse(l, path, 0, "--expand: another list has this name");
}

static TC_STATUS define(lists *l, tc_slice name, const char *path)
{
    uint8_t *data;
    size_t length;
    TC_TRY(claim_name(l, name, path));
    TC_TRY(tc_read_file(path, FILE_MAX, &data, &length, l->error));
    tc_status status = take_lines(l, tc_slice_make(data, length), path);
    if (!tc_failed(status)) {
        status = tc_ruleset_define(l->rules, name, l->values, l->count);
        if (tc_failed(status))
            status = tc_fail(l->error, status.code, "no memory for the lists of --expand");
    }
    tc_free(data);
    return status;
}

static bool is_list_file(const char *name)
{
    return name[0] != '.';
}

static TC_STATUS define_folder(lists *l, const char *folder)
{
    tc_paths paths = {0};
    tc_status status = tc_paths_add(&paths, folder, is_list_file, l->error);
    if (!tc_failed(status) && paths.count == 0)
        status = refuse(l, folder, 0, "--expand: the folder holds no list (wanted: NAME.txt)");
    for (size_t i = 0; !tc_failed(status) && i < paths.count; i++) {
        const char *slash = strrchr(paths.items[i], '/');
        tc_slice name = tc_slice_of(slash ? slash + 1 : paths.items[i]);
        if (tc_slice_ends_ascii(name, TC_LIT(".txt"))) name.len -= 4;
        status = define(l, name, paths.items[i]);
    }
    tc_paths_done(&paths);
    return status;
}

const char *tc_expand_list_file(const char *given)
{
    const char *sign = strchr(given, '=');
    return sign ? sign + 1 : given;
}

static TC_STATUS define_given(lists *l, const char *given)
{
    struct stat st;
    const char *file = tc_expand_list_file(given);
    if (file != given) return define(l, tc_slice_make(given, (size_t)(file - given - 1)), file);
    if (stat(given, &st) == 0 && S_ISDIR(st.st_mode)) return define_folder(l, given);
    return tc_fail(l->error, TC_ESYNTAX,
                   "--expand: '%.60s' is neither NAME=FILE nor a folder of files", given);
}

TC_STATUS tc_expand_lists_define(tc_ruleset *rules, const tc_path_list *given, tc_error *reterr)
{
    lists l = {.rules = rules, .error = reterr};
    if (given->count == 0) return TC_SUCCESS;
    l.names = tc_map_new(LISTS_MAX);
    if (l.names == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory for the lists of --expand");
    tc_status status = TC_SUCCESS;
    for (size_t i = 0; !tc_failed(status) && i < given->count; i++)
        status = define_given(&l, given->items[i]);
    tc_map_free(l.names);
    tc_free(l.values);
    return status;
}
