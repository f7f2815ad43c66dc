#include "detector/correlate/spill.h"

#include "parsers/base/alloc.h"

#include <fcntl.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)128 << 10)
#define RECORD_MAX ((size_t)16 << 20)

struct tc_spill {
    FILE *file;
    uint64_t bytes;
    uint8_t *heap; /* texts of the present observation */
    size_t heap_capacity;
    tc_observation present;
};

tc_status tc_spill_open(const char *folder, tc_spill **ret)
{
    char name[4096];
    tc_spill *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return (tc_status){TC_ENOMEM};
    snprintf(name, sizeof(name), "%.4000s/tocsin-XXXXXX", folder);
    int descriptor = mkostemp(name, O_CLOEXEC);
    if (descriptor >= 0) {
        unlink(name);
        s->file = fdopen(descriptor, "w+b");
        if (s->file == NULL) close(descriptor);
    }
    if (s->file == NULL) {
        tc_free(s);
        return (tc_status){TC_EIO};
    }
    setvbuf(s->file, NULL, _IOFBF, BUFFER_BYTES);
    *ret = s;
    return TC_SUCCESS;
}

void tc_spill_close(tc_spill *s)
{
    if (s == NULL) return;
    fclose(s->file);
    tc_free(s->heap);
    tc_free(s);
}

static bool put(tc_spill *s, const void *data, size_t length)
{
    s->bytes += length;
    return length == 0 || fwrite(data, 1, length, s->file) == length;
}

/* Moves a reference to where its text will stand behind the observation. */
static void move_ref(tc_text_ref *ref, uint32_t *end)
{
    ref->offset = *end;
    *end += ref->length;
}

tc_status tc_spill_write(tc_spill *s, const tc_observation *o, tc_slice heap)
{
    tc_observation moved = *o;
    uint32_t length = 0;
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++)
        move_ref(&moved.text[i], &length);
    move_ref(&moved.as_org, &length);
    bool ok = put(s, &length, sizeof(length)) && put(s, &moved, sizeof(moved));
    for (int i = 0; ok && i < TC_OBS_TEXT_COUNT; i++)
        ok = put(s, heap.ptr + o->text[i].offset, o->text[i].length);
    ok = ok && put(s, heap.ptr + o->as_org.offset, o->as_org.length);
    return ok ? TC_SUCCESS : (tc_status){TC_EIO};
}

tc_status tc_spill_rewind(tc_spill *s)
{
    if (fflush(s->file) != 0 || fseek(s->file, 0, SEEK_SET) != 0) return (tc_status){TC_EIO};
    return TC_SUCCESS;
}

tc_status tc_spill_next(tc_spill *s, const tc_observation **ret, tc_slice *ret_heap)
{
    uint32_t length = 0;
    *ret = NULL;
    if (fread(&length, sizeof(length), 1, s->file) != 1)
        return feof(s->file) ? TC_SUCCESS : (tc_status){TC_EIO};
    TC_TRY(tc_grow(&s->heap, &s->heap_capacity, (size_t)length + 1, 1, RECORD_MAX));
    if (fread(&s->present, sizeof(s->present), 1, s->file) != 1 ||
        (length && fread(s->heap, 1, length, s->file) != length))
        return (tc_status){TC_EIO};
    *ret = &s->present;
    *ret_heap = tc_slice_make(s->heap, length);
    return TC_SUCCESS;
}

uint64_t tc_spill_bytes(const tc_spill *s)
{
    return s->bytes;
}
