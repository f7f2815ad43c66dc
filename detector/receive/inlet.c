#include "detector/receive/inlet.h"

#include "parsers/base/alloc.h"

#define MARKS_MAX ((size_t)1 << 18)

bool tc_inlet_has_room(const tc_inlet *i, size_t bytes)
{
    /* What is larger than all there may be is taken when nothing else is there. */
    return (i->length == 0 || i->length + bytes <= TC_INLET_BYTES) && i->mark_count < MARKS_MAX;
}

static TC_STATUS add_mark(tc_inlet *i, uint64_t end, uint64_t identity)
{
    if (i->mark_first > 0 && i->mark_first + i->mark_count == i->mark_capacity) {
        memmove(i->marks, i->marks + i->mark_first, i->mark_count * sizeof(*i->marks));
        i->mark_first = 0;
    }
    TC_TRY(tc_grow(&i->marks, &i->mark_capacity, i->mark_first + i->mark_count + 1,
                   sizeof(*i->marks), 2 * MARKS_MAX));
    i->marks[i->mark_first + i->mark_count++] = (tc_inlet_mark){end, identity};
    return TC_SUCCESS;
}

TC_STATUS tc_inlet_add(tc_inlet *i, tc_slice bytes, bool mark, uint64_t identity)
{
    TC_TRY(tc_grow(&i->data, &i->capacity, i->length + bytes.len, 1, 2 * TC_INLET_BYTES));
    if (mark) TC_TRY(add_mark(i, tc_inlet_end(i) + bytes.len, identity));
    if (bytes.len > 0) memcpy(i->data + i->length, bytes.ptr, bytes.len);
    i->length += bytes.len;
    return TC_SUCCESS;
}

void tc_inlet_forget(tc_inlet *i, uint64_t safe)
{
    TC_ASSERT(safe >= i->safe && safe <= tc_inlet_end(i));
    size_t gone = (size_t)(safe - i->safe);
    i->length -= gone;
    i->safe = safe;
    i->read = TC_MAX(i->read, safe);
    if (gone > 0 && i->length > 0) memmove(i->data, i->data + gone, i->length);
    if (i->length > 0) return;
    tc_free(i->data);
    i->data = NULL;
    i->capacity = 0;
}

bool tc_inlet_take_mark(tc_inlet *i, uint64_t end, tc_inlet_mark *ret)
{
    if (i->mark_count == 0 || i->marks[i->mark_first].end > end) return false;
    *ret = i->marks[i->mark_first++];
    if (--i->mark_count > 0) return true;
    tc_free(i->marks);
    i->marks = NULL;
    i->mark_first = i->mark_capacity = 0;
    return true;
}

void tc_inlet_free(tc_inlet *i)
{
    if (i == NULL) return;
    tc_free((void *)(uintptr_t)i->name.ptr);
    tc_free(i->data);
    tc_free(i->marks);
    tc_free(i);
}
