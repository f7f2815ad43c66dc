#include "detector/follow/table.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

enum { LEAST = 64 };

static uint64_t hash_of(int table, const tc_followed *file)
{
    if (table == TC_BY_PATH) return tc_content_hash(tc_slice_of(file->path));
    uint64_t two[2] = {file->device, file->inode};
    if (table == TC_BY_HEAD) {
        two[0] = file->print.head_length;
        two[1] = file->print.head_hash;
    }
    return tc_content_hash(tc_slice_make(two, sizeof two));
}

static tc_followed **head_at(const tc_follow_table *t, uint64_t hash)
{
    return &t->heads[hash & (t->size - 1)];
}

static void put(tc_follow_table *t, int table, tc_followed *file)
{
    tc_followed **head = head_at(t, hash_of(table, file));
    file->table[table] = (tc_follow_link){.next = *head};
    if (*head) (*head)->table[table].before = file;
    *head = file;
}

static TC_STATUS enlarge(tc_follow_table *t, int table, size_t size)
{
    tc_follow_table larger = {tc_alloc(size, sizeof *t->heads), size, t->count};
    if (!larger.heads) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < t->size; i++) {
        for (tc_followed *f = t->heads[i], *next; f; f = next) {
            next = f->table[table].next;
            put(&larger, table, f);
        }
    }
    tc_free(t->heads);
    *t = larger;
    return TC_SUCCESS;
}

TC_STATUS tc_tables_reserve(tc_follow *follow)
{
    for (int i = 0; i < TC_FOLLOW_TABLES; i++) {
        tc_follow_table *t = &follow->tables[i];
        /* A file's head comes to be known later, when there may be no memory for it. */
        if (follow->file_count + 1 > t->size) TC_TRY(enlarge(t, i, t->size ? 2 * t->size : LEAST));
    }
    return TC_SUCCESS;
}

void tc_tables_done(tc_follow *follow)
{
    for (int i = 0; i < TC_FOLLOW_TABLES; i++)
        tc_free(follow->tables[i].heads);
}

void tc_table_add(tc_follow *follow, int table, tc_followed *file)
{
    tc_follow_table *t = &follow->tables[table];
    put(t, table, file);
    t->count++;
    if (table == TC_BY_HEAD) follow->heads_of[file->print.head_length]++;
}

void tc_table_remove(tc_follow *follow, int table, tc_followed *file)
{
    tc_follow_table *t = &follow->tables[table];
    tc_follow_link *link = &file->table[table];
    if (link->before) {
        link->before->table[table].next = link->next;
    } else {
        *head_at(t, hash_of(table, file)) = link->next;
    }
    if (link->next) link->next->table[table].before = link->before;
    *link = (tc_follow_link){0};
    t->count--;
    if (table == TC_BY_HEAD) follow->heads_of[file->print.head_length]--;
}

tc_followed *tc_find_path(const tc_follow *follow, tc_slice path, const tc_followed *after)
{
    const tc_follow_table *t = &follow->tables[TC_BY_PATH];
    if (t->size == 0) return NULL;
    tc_followed *f = after ? after->table[TC_BY_PATH].next : *head_at(t, tc_content_hash(path));
    while (f && !tc_slice_equal(tc_slice_of(f->path), path))
        f = f->table[TC_BY_PATH].next;
    return f;
}

static tc_followed *first_of_two(const tc_follow_table *t, uint64_t a, uint64_t b)
{
    uint64_t two[2] = {a, b};
    return *head_at(t, tc_content_hash(tc_slice_make(two, sizeof two)));
}

tc_followed *tc_find_inode(const tc_follow *follow, uint64_t device, uint64_t inode,
                           const tc_followed *after)
{
    const tc_follow_table *t = &follow->tables[TC_BY_INODE];
    if (t->size == 0) return NULL;
    tc_followed *f = after ? after->table[TC_BY_INODE].next : first_of_two(t, device, inode);
    while (f && (f->device != device || f->inode != inode))
        f = f->table[TC_BY_INODE].next;
    return f;
}

tc_followed *tc_find_head(const tc_follow *follow, size_t length, uint64_t hash,
                          const tc_followed *after)
{
    const tc_follow_table *t = &follow->tables[TC_BY_HEAD];
    if (t->size == 0) return NULL;
    tc_followed *f = after ? after->table[TC_BY_HEAD].next : first_of_two(t, length, hash);
    while (f && (f->print.head_length != length || f->print.head_hash != hash))
        f = f->table[TC_BY_HEAD].next;
    return f;
}
