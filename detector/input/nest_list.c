#include "detector/input/nest_list.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#include <stdlib.h>

enum { PATH_BYTES = 4096 };

/* Hashes of names, for there may be a million. */
typedef struct name_set {
    uint64_t *hashes;
    size_t count, capacity;
} name_set;

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

/* -- names of files that are not there ------------------------------------------------------- */

static TC_STATUS keep(name_set *names, tc_slice name)
{
    TC_TRY(tc_grow(&names->hashes, &names->capacity, names->count + 1, sizeof *names->hashes,
                   TC_ARCHIVE_MEMBERS));
    names->hashes[names->count++] = tc_content_hash(front_stripped(name));
    return TC_SUCCESS;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* How many of the targets no member has for a name. */
static uint64_t absent(name_set *members, const name_set *targets)
{
    uint64_t n = 0;
    if (targets->count == 0) return 0;
    qsort(members->hashes, members->count, sizeof *members->hashes, by_value);
    for (size_t i = 0; i < targets->count; i++)
        n += !bsearch(&targets->hashes[i], members->hashes, members->count, sizeof *members->hashes,
                      by_value);
    return n;
}

/* -- members --------------------------------------------------------------------------------- */

typedef struct listing {
    const tc_found *archive;
    const tc_member_sink *sink;
    name_set members, targets; /* without those that are but other names; these */
} listing;

static TC_STATUS list_member(listing *l, const tc_archived *member)
{
    if (member->target.len > 0) return keep(&l->targets, member->target);
    if (member->name.len > 0) TC_TRY(keep(&l->members, member->name));
    if (member->kind == TC_ARCHIVED_LOCKED || member->kind == TC_ARCHIVED_OTHER) return TC_SUCCESS;
    return tell(l->archive, member, l->sink);
}

static TC_STATUS list(tc_walker *walker, listing *l, uint64_t *ret_number, tc_nest_listed *ret)
{
    for (;;) {
        tc_archived member;
        bool more = false;
        if (tc_failed(tc_walker_next(walker, &member, &more, &ret->problem))) return TC_SUCCESS;
        if (!more) return TC_SUCCESS;
        *ret_number = ret->members++;
        ret->locked += member.kind == TC_ARCHIVED_LOCKED;
        TC_TRY(list_member(l, &member));
    }
}

TC_STATUS tc_nest_list(tc_walker *walker, const tc_found *archive, uint64_t *ret_number,
                       const tc_member_sink *sink, tc_nest_listed *ret)
{
    listing l = {.archive = archive, .sink = sink};
    *ret = (tc_nest_listed){0};
    tc_status status = list(walker, &l, ret_number, ret);
    if (!tc_failed(status)) ret->absent = absent(&l.members, &l.targets);
    tc_free(l.members.hashes);
    tc_free(l.targets.hashes);
    return status;
}
