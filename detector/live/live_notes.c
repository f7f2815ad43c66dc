#include "detector/live/live_notes.h"

#include "parsers/base/alloc.h"

#include <pthread.h>

#define NOTES_MAX ((size_t)1 << 22)

struct tc_notes {
    pthread_mutex_t mutex;
    tc_note *items;
    size_t from, count, capacity; /* items from..count wait */
};

tc_notes *tc_notes_new(void)
{
    tc_notes *n = tc_alloc(1, sizeof(*n));
    if (n != NULL) pthread_mutex_init(&n->mutex, NULL);
    return n;
}

void tc_notes_free(tc_notes *n)
{
    tc_note left;
    if (n == NULL) return;
    while (tc_notes_take(n, &left))
        tc_note_done(&left);
    tc_free(n->items);
    pthread_mutex_destroy(&n->mutex);
    tc_free(n);
}

void tc_note_done(tc_note *note)
{
    /* It was ours when it was copied. */
    tc_free((void *)(uintptr_t)note->text.ptr);
    note->text = TC_EMPTY_SLICE;
}

static TC_STATUS put(tc_notes *n, const tc_note *note)
{
    TC_TRY(tc_grow(&n->items, &n->capacity, n->count + 1, sizeof(tc_note), NOTES_MAX));
    n->items[n->count++] = *note;
    return TC_SUCCESS;
}

TC_STATUS tc_notes_put(tc_notes *n, const tc_note *note)
{
    tc_note copy = *note;
    copy.text = TC_EMPTY_SLICE;
    if (note->text.len > 0) {
        uint8_t *text = tc_alloc(note->text.len, 1);
        if (text == NULL) return (tc_status){TC_ENOMEM};
        memcpy(text, note->text.ptr, note->text.len);
        copy.text = tc_slice_make(text, note->text.len);
    }
    pthread_mutex_lock(&n->mutex);
    tc_status status = put(n, &copy);
    pthread_mutex_unlock(&n->mutex);
    if (tc_failed(status)) tc_note_done(&copy);
    return status;
}

bool tc_notes_take(tc_notes *n, tc_note *ret)
{
    pthread_mutex_lock(&n->mutex);
    bool any = n->from < n->count;
    if (any) *ret = n->items[n->from++];
    if (n->from == n->count) n->from = n->count = 0;
    pthread_mutex_unlock(&n->mutex);
    return any;
}
