#include "tests/fault/disk.h"

#include "parsers/base/alloc.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OBJECTS 1024
#define NAMES 64
#define SECTOR 512
#define PAGE 4096

typedef struct note {
    shim_kind kind;
    bool failed;
    int object;
    size_t at, size;
    uint8_t *bytes;
    char name[SHIM_NAME], to[SHIM_NAME];
    disk_moment moment;
} note;

typedef struct content {
    uint8_t *bytes;
    size_t size, capacity;
    size_t synced; /* notes before this one are in it */
} content;

typedef struct entry {
    char name[SHIM_NAME];
    int object;
} entry;

typedef struct names {
    entry entries[NAMES];
    size_t count;
} names;

struct disk {
    note *notes;
    size_t count, capacity, syncs;
    disk_moment moment;
    /* what is on it for sure, up to `reached` */
    size_t reached, names_synced;
    content contents[OBJECTS];
    names names;
};

disk *disk_new(void)
{
    disk *d = tc_alloc(1, sizeof(*d));
    if (d == NULL) abort();
    return d;
}

void disk_free(disk *d)
{
    for (size_t i = 0; i < d->count; i++)
        tc_free(d->notes[i].bytes);
    for (size_t i = 0; i < OBJECTS; i++)
        tc_free(d->contents[i].bytes);
    tc_free(d->notes);
    tc_free(d);
}

/* -- noting --------------------------------------------------------------------------------- */

static note *add(disk *d)
{
    if (tc_failed(tc_grow(&d->notes, &d->capacity, d->count + 1, sizeof(*d->notes), SIZE_MAX / 2)))
        abort();
    note *n = &d->notes[d->count++];
    memset(n, 0, sizeof(*n));
    n->moment = d->moment;
    return n;
}

void disk_note(disk *d, const shim_call *call, bool done)
{
    bool sync = call->kind == SHIM_SYNC || call->kind == SHIM_SYNC_FOLDER;
    if (!done && !sync) return;
    if (call->object >= OBJECTS) abort();
    note *n = add(d);
    n->kind = call->kind;
    n->failed = !done;
    n->object = call->object;
    n->at = (size_t)call->at;
    d->syncs += sync;
    if (call->name) snprintf(n->name, sizeof(n->name), "%s", call->name);
    if (call->to) snprintf(n->to, sizeof(n->to), "%s", call->to);
    if (call->kind != SHIM_WRITE) return;
    n->size = call->size;
    n->bytes = tc_alloc(1, call->size);
    if (n->bytes == NULL) abort();
    memcpy(n->bytes, call->bytes, call->size);
}

void disk_mark(disk *d, unsigned attempted, unsigned acknowledged, unsigned marked)
{
    d->moment = (disk_moment){attempted, acknowledged, marked};
}

size_t disk_length(const disk *d)
{
    return d->count;
}

size_t disk_syncs(const disk *d)
{
    return d->syncs;
}

/* -- contents ------------------------------------------------------------------------------- */

static void resize(content *c, size_t size)
{
    if (tc_failed(tc_grow(&c->bytes, &c->capacity, size, 1, SIZE_MAX / 2))) abort();
    if (size > c->size) memset(c->bytes + c->size, 0, size - c->size);
    c->size = size;
}

static void put(content *c, const note *n, size_t from, size_t length)
{
    if (length == 0) return;
    if (n->at + from + length > c->size) resize(c, n->at + from + length);
    memcpy(c->bytes + n->at + from, n->bytes + from, length);
}

static void apply(content *c, const note *n)
{
    if (n->kind == SHIM_WRITE) put(c, n, 0, n->size);
    if (n->kind == SHIM_TRUNCATE) resize(c, n->at);
}

static uint64_t draw(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Pieces of a write, cut where the disk has its borders. */
static void tear(content *c, const note *n, size_t unit, uint64_t *seed)
{
    for (size_t from = 0, next; from < n->size; from = next) {
        next = TC_MIN(n->size, (n->at + from) / unit * unit + unit - n->at);
        if (draw(seed) & 1) put(c, n, from, next - from);
    }
}

/* How an image treats what was not synced: all alike, or each write for itself. */
typedef enum manner { LOSES_ALL, KEEPS_ALL, MIXES, TEARS, MANNERS } manner;

static void apply_unsure(content *c, const note *n, manner how, uint64_t *seed)
{
    uint64_t chance = draw(seed) % 8;
    if (how == LOSES_ALL) return;
    if (how == KEEPS_ALL || (how == MIXES && chance < 4) || (how == TEARS && chance < 3)) {
        apply(c, n);
    } else if (n->kind == SHIM_WRITE && how == TEARS && chance < 6) {
        tear(c, n, chance < 5 ? SECTOR : PAGE, seed);
    } else if (n->kind == SHIM_WRITE && chance == 7 && n->at + n->size > c->size) {
        resize(c, n->at + n->size); /* the length came to disk, the bytes did not */
    }
}

/* -- names ---------------------------------------------------------------------------------- */

static entry *find(names *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->entries[i].name, name) == 0) return &all->entries[i];
    return NULL;
}

static void set(names *all, const char *name, int object)
{
    entry *e = find(all, name);
    if (e == NULL) {
        if (all->count == NAMES) abort();
        e = &all->entries[all->count++];
        snprintf(e->name, sizeof(e->name), "%s", name);
    }
    e->object = object;
}

static bool changes_names(const note *n)
{
    return n->kind == SHIM_CREATE || n->kind == SHIM_RENAME || n->kind == SHIM_UNLINK;
}

static void apply_name(names *all, const note *n)
{
    if (n->kind == SHIM_CREATE) set(all, n->name, n->object);
    if (n->kind == SHIM_RENAME) set(all, n->to, n->object);
    if (n->kind != SHIM_CREATE) set(all, n->name, -1);
}

/* -- what is there for sure ----------------------------------------------------------------- */

static void sync_object(disk *d, size_t at)
{
    content *c = &d->contents[d->notes[at].object];
    for (size_t i = c->synced; i < at && !d->notes[at].failed; i++)
        if (d->notes[i].object == d->notes[at].object) apply(c, &d->notes[i]);
    c->synced = at; /* what a failed sync did not write is on no disk */
}

static void advance(disk *d, size_t to)
{
    for (; d->reached < to; d->reached++) {
        const note *n = &d->notes[d->reached];
        if (n->kind == SHIM_SYNC) sync_object(d, d->reached);
        if (n->kind != SHIM_SYNC_FOLDER || n->failed) continue;
        for (size_t i = d->names_synced; i < d->reached; i++)
            if (changes_names(&d->notes[i])) apply_name(&d->names, &d->notes[i]);
        d->names_synced = d->reached;
    }
}

/* -- images --------------------------------------------------------------------------------- */

static void write_file(const char *folder, const char *name, const content *c)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    size_t at = 0;
    while (fd >= 0 && at < c->size) {
        ssize_t n = write(fd, c->bytes + at, c->size - at);
        if (n <= 0) break;
        at += (size_t)n;
    }
    if (fd < 0 || at < c->size || close(fd) != 0) abort();
}

static void image_of(disk *d, const entry *e, size_t at, manner how, uint64_t *seed,
                     const char *folder)
{
    const content *sure = &d->contents[e->object];
    content c = {0};
    resize(&c, sure->size);
    if (sure->size) memcpy(c.bytes, sure->bytes, sure->size);
    for (size_t i = sure->synced; i < at; i++)
        if (d->notes[i].object == e->object) apply_unsure(&c, &d->notes[i], how, seed);
    write_file(folder, e->name, &c);
    tc_free(c.bytes);
}

static void write_index(const char *folder, const char *name, uint64_t *seed)
{
    content c = {0};
    if (draw(seed) & 1) return;
    resize(&c, 32768);
    for (size_t i = 0; i < c.size; i++)
        c.bytes[i] = (uint8_t)draw(seed);
    write_file(folder, name, &c);
    tc_free(c.bytes);
}

static bool is_index(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, "-shm") == 0;
}

void disk_image(disk *d, size_t at, uint64_t seed, const char *folder, disk_moment *ret)
{
    advance(d, at);
    manner how = (manner)(draw(&seed) % MANNERS);
    names all = d->names;
    for (size_t i = d->names_synced; i < at; i++)
        if (changes_names(&d->notes[i]) &&
            (how == KEEPS_ALL || (how != LOSES_ALL && draw(&seed) & 1)))
            apply_name(&all, &d->notes[i]);
    for (size_t i = 0; i < all.count; i++) {
        const entry *e = &all.entries[i];
        if (e->object < 0) continue;
        if (is_index(e->name))
            write_index(folder, e->name, &seed);
        else
            image_of(d, e, at, how, &seed, folder);
    }
    *ret = at < d->count ? d->notes[at].moment : d->moment;
}
