#include "detector/input/entries.h"

#include "detector/input/host.h"
#include "parsers/base/alloc.h"

static tc_slice name_of(tc_slice path, size_t name_at)
{
    return tc_slice_sub(path, name_at, SIZE_MAX);
}

/* A folder as shown: "." for a bare name, "/" for the root. */
static tc_slice folder_of(tc_slice path, size_t name_at)
{
    if (name_at == 0) return TC_LIT(".");
    return tc_slice_sub(path, 0, name_at > 1 ? name_at - 1 : 1);
}

static TC_STATUS keep_name(tc_input *input, tc_slice path, tc_slice **names, size_t *count,
                           size_t *capacity)
{
    if (*count == TC_IRRELEVANT_NAMES) return TC_SUCCESS;
    TC_TRY(tc_grow(names, capacity, *count + 1, sizeof **names, TC_IRRELEVANT_NAMES));
    if (!tc_arena_copy(input->memory, path, &(*names)[*count])) return (tc_status){TC_ENOMEM};
    ++*count;
    return TC_SUCCESS;
}

TC_STATUS tc_entry_link(tc_input *input, const tc_found *found)
{
    input->link_count++;
    return keep_name(input, found->path, &input->links, &input->link_name_count,
                     &input->link_name_capacity);
}

TC_STATUS tc_entry_irrelevant(tc_input *input, const tc_found *found, uint64_t bytes)
{
    tc_slice folder = folder_of(found->path, found->name_at);
    uint64_t *index;
    bool created;
    TC_TRY(tc_map_put(input->irrelevant_folders, folder, &index, &created));
    if (created) {
        TC_TRY(tc_grow(&input->irrelevant, &input->irrelevant_capacity, input->irrelevant_count + 1,
                       sizeof *input->irrelevant, TC_FOLDERS_MAX));
        *index = input->irrelevant_count++;
        tc_irrelevant *group = &input->irrelevant[*index];
        *group = (tc_irrelevant){0};
        if (!tc_arena_copy(input->memory, folder, &group->folder)) return (tc_status){TC_ENOMEM};
    }
    input->irrelevant[*index].files++;
    input->irrelevant[*index].bytes += bytes;
    return keep_name(input, found->path, &input->names, &input->name_count, &input->name_capacity);
}

TC_STATUS tc_entry_add(tc_input *input, const tc_found *found, tc_entry **ret)
{
    size_t limit = input->reserved ? input->capacity : TC_SOURCES_MAX;
    TC_TRY(tc_grow(&input->entries, &input->capacity, input->count + 1, sizeof *input->entries,
                   limit));
    tc_entry *entry = tc_arena_zero(input->memory, 1, sizeof *entry);
    if (!entry) return (tc_status){TC_ENOMEM};
    tc_source *source = &entry->source;
    char *path = tc_arena_cstr(input->memory, found->path);
    if (!path) return (tc_status){TC_ENOMEM};
    source->path = tc_slice_make(path, found->path.len);
    source->name = name_of(source->path, found->name_at);
    source->folder = folder_of(source->path, found->name_at);
    entry->root = (uint32_t)found->root;
    source->host = tc_host_from_path(source->path, found->root);
    for (size_t i = 0; i < input->host_count; i++) {
        if (!tc_glob_match_path(input->hosts[i].glob, source->path)) continue;
        source->host = input->hosts[i].value;
        break;
    }
    source->first = source->last = TC_TIME_NONE;
    source->index = (uint32_t)input->count;
    input->entries[input->count] = entry;
    input->count++;
    *ret = entry;
    return TC_SUCCESS;
}

TC_STATUS tc_entry_unreadable(tc_input *input, const tc_found *found, const tc_error *error)
{
    tc_entry *entry = NULL;
    TC_TRY(tc_entry_add(input, found, &entry));
    tc_error *kept = tc_arena_get(input->memory, 1, sizeof *kept);
    if (!kept) return (tc_status){TC_ENOMEM};
    *kept = *error;
    tc_error_set_path(kept, found->path);
    entry->source.state = TC_SOURCE_UNREADABLE;
    entry->source.error = kept;
    return TC_SUCCESS;
}

TC_STATUS tc_entry_problem(tc_input *input, const tc_found *found, const char *problem, int sys)
{
    tc_error error = {0};
    (void)tc_fail_sys(&error, sys, NULL, "%s", problem);
    return tc_entry_unreadable(input, found, &error);
}

TC_STATUS tc_entry_archive(tc_input *input, const tc_found *found, const char *kind)
{
    tc_error error = {0};
    (void)tc_fail(&error, TC_EUNSUPPORTED,
                  "this is %s, which is not read (gzip, zstd and xz are): unpack it and scan the "
                  "folder",
                  kind);
    return tc_entry_unreadable(input, found, &error);
}
TC_STATUS tc_entry_unread(tc_input *input, const tc_found *found, uint64_t size,
                          const tc_likeness *likeness)
{
    tc_entry *entry = NULL;
    TC_TRY(tc_entry_add(input, found, &entry));
    entry->source.size = size;
    entry->source.state = TC_SOURCE_UNREAD;
    entry->source.looks_like = likeness->looks_like;
    entry->source.mend = likeness->mend;
    return TC_SUCCESS;
}
