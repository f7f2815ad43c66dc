#include "tests/fault/mutate.h"

#include "parsers/base/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES 16
#define PAGE 4096

typedef struct file {
    char name[256];
    uint8_t *bytes;
    size_t size;
} file;

struct copy {
    file files[FILES];
    size_t count;
};

static void path_of(const char *folder, const char *name, char out[512])
{
    snprintf(out, 512, "%s/%s", folder, name);
}

static void read_file(const char *folder, file *f)
{
    char path[512];
    path_of(folder, f->name, path);
    FILE *in = fopen(path, "rb");
    if (in == NULL || fseek(in, 0, SEEK_END) != 0) abort();
    f->size = (size_t)ftell(in);
    rewind(in);
    f->bytes = tc_alloc(1, f->size);
    if (f->bytes == NULL || fread(f->bytes, 1, f->size, in) != f->size) abort();
    fclose(in);
}

copy *copy_take(const char *folder)
{
    copy *c = tc_alloc(1, sizeof(*c));
    DIR *all = opendir(folder);
    if (c == NULL || all == NULL) abort();
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(all);
        if (entry == NULL && errno) abort();
        if (entry == NULL) break;
        if (entry->d_name[0] == '.') continue;
        if (c->count == FILES) abort();
        file *f = &c->files[c->count++];
        snprintf(f->name, sizeof(f->name), "%s", entry->d_name);
        read_file(folder, f);
    }
    closedir(all);
    return c;
}

void copy_free(copy *c)
{
    for (size_t i = 0; i < c->count; i++)
        tc_free(c->files[i].bytes);
    tc_free(c);
}

static uint64_t draw(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* The bytes are a copy; the size may shrink. */
static void damage(const copy *c, uint8_t *bytes, size_t *size, uint64_t *seed)
{
    size_t at = draw(seed) % *size;
    size_t page = at / PAGE * PAGE, length = TC_MIN((size_t)PAGE, *size - page);
    const file *other = &c->files[draw(seed) % c->count];
    switch (draw(seed) % 8) {
    case 0:
        memset(bytes + page, 0, length);
        break;
    case 1:
        memset(bytes, 0, *size);
        break;
    case 2:
        *size = at;
        break;
    case 3:
        *size = page;
        break;
    case 4:
        for (size_t i = 0; i < length; i++)
            bytes[page + i] = (uint8_t)draw(seed);
        break;
    case 5:
        memcpy(bytes, other->bytes, TC_MIN(*size, other->size));
        break;
    default:
        bytes[at] ^= (uint8_t)(1u << draw(seed) % 8);
        break;
    }
}

static void put_file(const char *folder, const char *name, const uint8_t *bytes, size_t size)
{
    char path[512];
    path_of(folder, name, path);
    FILE *out = fopen(path, "wb");
    if (out == NULL || fwrite(bytes, 1, size, out) != size || fclose(out) != 0) abort();
}

const char *copy_put(const copy *c, const char *folder, uint64_t seed)
{
    size_t hit = draw(&seed) % c->count;
    while (c->files[hit].size == 0)
        hit = (hit + 1) % c->count;
    for (size_t i = 0; i < c->count; i++) {
        const file *f = &c->files[i];
        size_t size = f->size;
        if (i == hit && draw(&seed) % 40 == 0) continue;
        uint8_t *bytes = tc_alloc(1, size);
        if (bytes == NULL) abort();
        if (size) memcpy(bytes, f->bytes, size);
        if (i == hit) damage(c, bytes, &size, &seed);
        put_file(folder, f->name, bytes, size);
        tc_free(bytes);
    }
    return c->files[hit].name;
}
