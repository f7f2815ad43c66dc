#include "detector/input/nest_list.h"

enum { PATH_BYTES = 4096 };

/* Behind slashes and "./" at its front. */
static tc_slice front_stripped(tc_slice name)
{
    for (;;) {
        if (tc_slice_starts(name, TC_LIT("./")) || tc_slice_starts(name, TC_LIT(".\\")))
            name = tc_slice_sub(name, 2, SIZE_MAX);
        else if (name.len > 0 && (name.ptr[0] == '/' || name.ptr[0] == '\\'))
            name = tc_slice_sub(name, 1, SIZE_MAX);
        else
            return name;
    }
}

/* Puts the path together; without a name it is the archive's. */
static void set_path(const tc_found *archive, tc_slice name, char *out, tc_found *ret)
{
    size_t length = TC_MIN(archive->path.len, (size_t)PATH_BYTES / 2);
    memcpy(out, archive->path.ptr, length);
    ret->name_at = TC_MIN(archive->name_at, length);
    name = front_stripped(name);
    if (name.len > 0) out[length++] = '/';
    if (name.len > 0) ret->name_at = length;
    for (size_t i = 0; i < name.len && length + 1 < PATH_BYTES; i++) {
        out[length++] = name.ptr[i] == '\\' ? '/' : (char)name.ptr[i];
        if (out[length - 1] == '/') ret->name_at = length;
    }
    out[length] = '\0';
    ret->path = tc_slice_make(out, length);
}

static TC_STATUS tell(const tc_found *archive, const tc_archived *member,
                      const tc_member_sink *sink)
{
    char path[PATH_BYTES];
    tc_found found = {.kind = member->kind == TC_ARCHIVED_LINK ? TC_FOUND_LINK : TC_FOUND_FILE,
                      .named = archive->named && member->name.len == 0,
                      .root = archive->root,
                      .folder = -1,
                      .written = member->written};
    set_path(archive, member->name, path, &found);
    return sink->member(sink->context, &found, member->size);
}

TC_STATUS tc_nest_list(tc_walker *walker, const tc_found *archive, uint64_t *ret_number,
                       const tc_member_sink *sink, tc_nest_listed *ret)
{
    *ret = (tc_nest_listed){0};
    for (;;) {
        tc_archived member;
        bool more = false;
        if (tc_failed(tc_walker_next(walker, &member, &more, &ret->problem))) return TC_SUCCESS;
        if (!more) return TC_SUCCESS;
        *ret_number = ret->members++;
        ret->locked += member.kind == TC_ARCHIVED_LOCKED;
        if (member.kind == TC_ARCHIVED_LOCKED || member.kind == TC_ARCHIVED_OTHER) continue;
        TC_TRY(tell(archive, &member, sink));
    }
}
