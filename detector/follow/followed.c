#include "detector/follow/followed.h"

#include "detector/follow/lane.h"
#include "detector/follow/table.h"
#include "parsers/base/alloc.h"

static char *copy_path(tc_slice path)
{
    char *copy = tc_alloc(path.len + 1, 1);
    if (copy && path.len) memcpy(copy, path.ptr, path.len);
    return copy;
}

static uint64_t new_key(tc_follow *follow, const tc_followed *file)
{
    uint64_t parts[4] = {++follow->keys, (uint64_t)tc_follow_now(follow), file->device,
                         file->inode};
    uint64_t hash = tc_content_hash(tc_slice_make(parts, sizeof parts));
    return tc_content_hash_add(hash, tc_slice_of(file->path));
}

TC_STATUS tc_followed_new(tc_follow *follow, tc_lane *lane, tc_slice path, uint64_t device,
                          uint64_t inode, tc_followed **ret)
{
    TC_TRY(tc_tables_reserve(follow));
    TC_TRY(tc_grow(&follow->files, &follow->file_capacity, follow->file_count + 1,
                   sizeof *follow->files, TC_FOLLOW_FILES));
    tc_followed *f = tc_alloc(1, sizeof *f);
    char *copy = f ? copy_path(path) : NULL;
    if (!copy) {
        tc_free(f);
        return (tc_status){TC_ENOMEM};
    }
    *f = (tc_followed){.lane = lane, .path = copy, .device = device, .inode = inode, .fd = -1};
    f->changed = f->looked_changed = f->steady = f->grew = f->zeros = f->gone = TC_TIME_NONE;
    f->born = f->opened_born = TC_TIME_NONE;
    f->looked_size = UINT64_MAX;
    f->key = new_key(follow, f);
    f->id = (uint32_t)follow->file_count;
    follow->files[follow->file_count++] = f;
    tc_table_add(follow, TC_BY_PATH, f);
    tc_table_add(follow, TC_BY_INODE, f);
    follow->counts.files++;
    *ret = f;
    return TC_SUCCESS;
}

/* The last one takes the place of the one that goes. */
static void unlist(tc_follow *follow, const tc_followed *file)
{
    tc_followed *last = follow->files[--follow->file_count];
    follow->files[file->id] = last;
    last->id = file->id;
    follow->counts.files--;
}

void tc_followed_forget(tc_follow *follow, tc_followed *file)
{
    tc_followed_set_copy(file, NULL);
    tc_followed_set_fd(follow, file, -1);
    tc_table_remove(follow, TC_BY_PATH, file);
    tc_table_remove(follow, TC_BY_INODE, file);
    if (file->by_head) tc_table_remove(follow, TC_BY_HEAD, file);
    if (file->listed) tc_lane_leave(file);
    if (file->lane) tc_unpacker_forget(&file->lane->unpacker, file);
    for (size_t i = 0; file->copies > 0 && i < follow->file_count; i++) {
        if (follow->files[i]->copy_of == file) tc_followed_set_copy(follow->files[i], NULL);
    }
    for (tc_follow_stream *s = file->streams; s; s = s->elder)
        s->file = NULL;
    unlist(follow, file);
    tc_free(file->path);
    tc_free(file);
}

TC_STATUS tc_followed_move(tc_follow *follow, tc_followed *file, tc_slice path)
{
    char *copy = copy_path(path);
    if (!copy) return (tc_status){TC_ENOMEM};
    tc_table_remove(follow, TC_BY_PATH, file);
    tc_free(file->path);
    file->path = copy;
    tc_table_add(follow, TC_BY_PATH, file);
    return TC_SUCCESS;
}

void tc_followed_set_inode(tc_follow *follow, tc_followed *file, uint64_t device, uint64_t inode)
{
    tc_table_remove(follow, TC_BY_INODE, file);
    file->device = device;
    file->inode = inode;
    tc_table_add(follow, TC_BY_INODE, file);
}

void tc_followed_set_print(tc_follow *follow, tc_followed *file, const tc_print *print)
{
    bool same = file->by_head && file->print.head_length == print->head_length &&
                file->print.head_hash == print->head_hash;
    bool wanted = print->telling && print->head_length > 0 && file->state != TC_COPY;
    if (same && wanted) {
        file->print = *print;
        return;
    }
    if (file->by_head) tc_table_remove(follow, TC_BY_HEAD, file);
    file->print = *print;
    file->by_head = wanted;
    if (wanted) tc_table_add(follow, TC_BY_HEAD, file);
}

void tc_followed_set_copy(tc_followed *file, tc_followed *of)
{
    if (file->copy_of) file->copy_of->copies--;
    if (of) of->copies++;
    file->copy_of = of;
}

static void leave_recent(tc_follow *follow, tc_followed *file)
{
    tc_follow_link *link = &file->recent;
    *(link->before ? &link->before->recent.next : &follow->recent.first) = link->next;
    *(link->next ? &link->next->recent.before : &follow->recent.last) = link->before;
    *link = (tc_follow_link){0};
}

static void join_recent(tc_follow *follow, tc_followed *file)
{
    file->recent.before = follow->recent.last;
    *(follow->recent.last ? &follow->recent.last->recent.next : &follow->recent.first) = file;
    follow->recent.last = file;
}

void tc_followed_used(tc_follow *follow, tc_followed *file)
{
    if (file->fd < 0) return;
    leave_recent(follow, file);
    join_recent(follow, file);
}

/* A file that is missing is kept open: there is no other way to its last bytes. */
static bool may_close(const tc_followed *f, bool missing)
{
    return !f->busy && (missing || f->state != TC_MISSING);
}

static void make_room(tc_follow *follow)
{
    for (int missing = 0; missing < 2; missing++) {
        tc_followed *f = follow->recent.first;
        while (f && !may_close(f, missing != 0))
            f = f->recent.next;
        if (!f) continue;
        tc_followed_set_fd(follow, f, -1);
        return;
    }
}

void tc_followed_set_fd(tc_follow *follow, tc_followed *file, int fd)
{
    if (file->fd >= 0) {
        leave_recent(follow, file);
        follow->open--;
        tc_lane_close_later(file->lane, file->fd);
    }
    file->fd = -1;
    if (fd < 0) return;
    if (follow->open >= follow->options.open_max) make_room(follow);
    file->fd = fd;
    follow->open++;
    join_recent(follow, file);
}

void tc_followed_look_at_birth(tc_followed *file, tc_time born)
{
    bool known = file->born != TC_TIME_NONE && born != TC_TIME_NONE;
    file->removed = known && file->born != born && !file->owes;
}

void tc_followed_lost(tc_follow *follow, tc_followed *file)
{
    file->state = TC_REPLACED;
    file->rotated = true;
    if (file->gone == TC_TIME_NONE) file->gone = tc_follow_now(follow);
    tc_followed_set_inode(follow, file, 0, 0);
    tc_followed_set_fd(follow, file, -1);
    if (file->listed) tc_lane_leave(file);
    if (file->lane) file->walk = file->lane->walk;
}
