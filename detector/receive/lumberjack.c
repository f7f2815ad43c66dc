#include "detector/receive/lumberjack.h"

#include "parsers/base/alloc.h"

#include <zlib.h>

#define PLAIN_ROOM ((size_t)32 << 10)
#define HEAD_MAX 10

/* Frames at one depth: on the wire, or within a compressed frame. */
typedef struct level {
    uint8_t head[HEAD_MAX];
    size_t have;
    uint32_t left; /* bytes of the event under way */
    bool in_event, skips;
} level;

struct tc_jack {
    level outer, inner;
    uint32_t window; /* events still to come in it */
    uint32_t sequence;
    tc_str event;
    bool compressed;
    uint32_t packed_left;
    uint64_t unpacked;
    z_stream z;
    bool z_open, z_ended;
    uint8_t *plain;
    size_t plain_at, plain_length;
    bool broken;
    const char *why;
};

/* What a step comes to besides: there is more to do without more bytes. */
#define AGAIN ((tc_jack_result)(TC_JACK_BROKEN + 1))

static void *z_get(void *context, unsigned count, unsigned size)
{
    (void)context;
    return tc_alloc(count, size);
}

static void z_give(void *context, void *memory)
{
    (void)context;
    tc_free(memory);
}

tc_jack *tc_jack_new(void)
{
    tc_jack *j = tc_alloc(1, sizeof(*j));
    if (j == NULL) return NULL;
    tc_str_init(&j->event, TC_JACK_EVENT_MAX);
    j->why = "";
    return j;
}

void tc_jack_free(tc_jack *j)
{
    if (j == NULL) return;
    if (j->z_open) (void)inflateEnd(&j->z);
    tc_str_done(&j->event);
    tc_free(j->plain);
    tc_free(j);
}

tc_slice tc_jack_event(const tc_jack *j)
{
    return tc_str_view(&j->event);
}

uint32_t tc_jack_sequence(const tc_jack *j, bool *ret_last)
{
    *ret_last = j->window == 0;
    return j->sequence;
}

bool tc_jack_is_at_rest(const tc_jack *j)
{
    return j->window == 0 && j->outer.have == 0 && !j->outer.in_event && !j->compressed;
}

const char *tc_jack_why(const tc_jack *j)
{
    return j->why;
}

static tc_jack_result break_off(tc_jack *j, const char *why)
{
    j->broken = true;
    j->why = why;
    return TC_JACK_BROKEN;
}

static uint32_t number_at(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* -- frames --------------------------------------------------------------------------------- */

static tc_jack_result take_window(tc_jack *j, const level *l)
{
    uint32_t count = number_at(l->head + 2);
    if (l == &j->inner) return break_off(j, "a window within a compressed frame");
    if (j->window > 0) return break_off(j, "a window before the last one was full");
    if (count > TC_JACK_WINDOW_MAX) return break_off(j, "a window of too many events");
    j->window = count;
    return AGAIN;
}

static tc_jack_result begin_event(tc_jack *j, level *l)
{
    if (j->window == 0) return break_off(j, "an event outside of a window");
    l->left = number_at(l->head + 6);
    if (l->left > TC_JACK_SKIP_MAX) return break_off(j, "an event of more than 64 MiB");
    l->skips = l->left > TC_JACK_EVENT_MAX;
    l->in_event = true;
    j->sequence = number_at(l->head + 2);
    tc_str_clear(&j->event);
    return AGAIN;
}

static bool start_unpacking(tc_jack *j)
{
    if (j->plain == NULL) j->plain = tc_alloc(PLAIN_ROOM, 1);
    if (j->plain == NULL) return false;
    if (j->z_open) return inflateReset(&j->z) == Z_OK;
    j->z.zalloc = z_get;
    j->z.zfree = z_give;
    j->z_open = inflateInit(&j->z) == Z_OK;
    return j->z_open;
}

static tc_jack_result begin_compressed(tc_jack *j, const level *l)
{
    if (l == &j->inner) return break_off(j, "a compressed frame within another");
    if (j->window == 0) return break_off(j, "events outside of a window");
    if (!start_unpacking(j)) return break_off(j, "no memory to unpack");
    j->packed_left = number_at(l->head + 2);
    j->unpacked = 0;
    j->plain_at = j->plain_length = 0;
    j->z_ended = false;
    j->compressed = true;
    return AGAIN;
}

/* A frame's head is whole. */
static tc_jack_result take_head(tc_jack *j, level *l)
{
    l->have = 0;
    switch (l->head[1]) {
    case 'W':
        return take_window(j, l);
    case 'J':
        return begin_event(j, l);
    default:
        return begin_compressed(j, l);
    }
}

static size_t head_length(const level *l)
{
    if (l->have < 2) return 2;
    return l->head[1] == 'J' ? 10 : 6;
}

static tc_jack_result read_head(tc_jack *j, level *l, tc_slice *bytes)
{
    while (l->have < head_length(l)) {
        if (bytes->len == 0) return TC_JACK_MORE;
        l->head[l->have++] = bytes->ptr[0];
        *bytes = tc_slice_sub(*bytes, 1, SIZE_MAX);
        if (l->have == 1 && l->head[0] != '2') return break_off(j, "not version 2 of Lumberjack");
        if (l->have == 2 && strchr("WJC", l->head[1]) == NULL)
            return break_off(j, "a frame of no known type");
        if (l->have == 2 && l->head[1] == 0) return break_off(j, "a frame of no known type");
    }
    return take_head(j, l);
}

static tc_jack_result read_event(tc_jack *j, level *l, tc_slice *bytes)
{
    tc_slice some = tc_slice_sub(*bytes, 0, l->left);
    if (!l->skips) tc_str_add(&j->event, some);
    l->left -= (uint32_t)some.len;
    *bytes = tc_slice_sub(*bytes, some.len, SIZE_MAX);
    if (l->left > 0) return TC_JACK_MORE;
    l->in_event = false;
    j->window--;
    if (l->skips) return TC_JACK_LONG;
    return tc_failed(tc_str_status(&j->event)) ? break_off(j, "no memory for an event")
                                               : TC_JACK_EVENT;
}

static tc_jack_result read_level(tc_jack *j, level *l, tc_slice *bytes)
{
    return l->in_event ? read_event(j, l, bytes) : read_head(j, l, bytes);
}

/* -- compressed ----------------------------------------------------------------------------- */

static tc_jack_result end_compressed(tc_jack *j)
{
    if (j->packed_left > 0) return break_off(j, "bytes behind what is compressed");
    if (j->inner.in_event || j->inner.have > 0)
        return break_off(j, "a compressed frame that ends in the middle of an event");
    j->compressed = false;
    return AGAIN;
}

/* Unpacks some more. */
static tc_jack_result unpack(tc_jack *j, tc_slice *bytes)
{
    size_t given = TC_MIN(bytes->len, j->packed_left);
    j->z.next_in = (Bytef *)(uintptr_t)bytes->ptr;
    j->z.avail_in = (uInt)given;
    j->z.next_out = j->plain;
    j->z.avail_out = (uInt)PLAIN_ROOM;
    int answer = inflate(&j->z, Z_NO_FLUSH);
    size_t taken = given - j->z.avail_in;
    j->plain_at = 0;
    j->plain_length = PLAIN_ROOM - j->z.avail_out;
    j->unpacked += j->plain_length;
    j->packed_left -= (uint32_t)taken;
    *bytes = tc_slice_sub(*bytes, taken, SIZE_MAX);
    if (j->unpacked > TC_JACK_PLAIN_MAX)
        return break_off(j, "a compressed frame that holds too much");
    j->z_ended = answer == Z_STREAM_END;
    if (j->z_ended || j->plain_length > 0 || taken > 0) return AGAIN;
    if (answer != Z_OK && answer != Z_BUF_ERROR)
        return break_off(j, "a compressed frame is damaged");
    return j->packed_left > 0 ? TC_JACK_MORE : break_off(j, "a compressed frame is cut off");
}

static tc_jack_result read_compressed(tc_jack *j, tc_slice *bytes)
{
    tc_slice plain = tc_slice_make(j->plain + j->plain_at, j->plain_length - j->plain_at);
    if (plain.len == 0) return j->z_ended ? end_compressed(j) : unpack(j, bytes);
    tc_jack_result result = read_level(j, &j->inner, &plain);
    j->plain_at = j->plain_length - plain.len;
    return result == TC_JACK_MORE ? AGAIN : result;
}

tc_jack_result tc_jack_next(tc_jack *j, tc_slice *bytes)
{
    tc_jack_result result = AGAIN;
    if (j->broken) return TC_JACK_BROKEN;
    while (result == AGAIN)
        result = j->compressed ? read_compressed(j, bytes) : read_level(j, &j->outer, bytes);
    return result;
}

void tc_jack_ack(uint32_t sequence, uint8_t out[TC_JACK_ACK])
{
    const uint8_t ack[TC_JACK_ACK] = {'2',
                                      'A',
                                      (uint8_t)(sequence >> 24),
                                      (uint8_t)(sequence >> 16),
                                      (uint8_t)(sequence >> 8),
                                      (uint8_t)sequence};
    memcpy(out, ack, sizeof(ack));
}
