/* Frames of Lumberjack: cut at every byte, compressed or not, and what is none. */
#include "detector/receive/lumberjack.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>
#include <zlib.h>

TestSuite(lumberjack, .timeout = 60);

typedef struct bytes {
    uint8_t data[4096];
    size_t length;
} bytes;

static void put(bytes *b, const void *data, size_t length)
{
    memcpy(b->data + b->length, data, length);
    b->length += length;
}

static void put_head(bytes *b, char type, uint32_t number)
{
    const uint8_t head[] = {'2',
                            (uint8_t)type,
                            (uint8_t)(number >> 24),
                            (uint8_t)(number >> 16),
                            (uint8_t)(number >> 8),
                            (uint8_t)number};
    put(b, head, sizeof(head));
}

static void put_event(bytes *b, uint32_t sequence, const char *text)
{
    uint32_t length = (uint32_t)strlen(text);
    const uint8_t size[] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16),
                            (uint8_t)(length >> 8), (uint8_t)length};
    put_head(b, 'J', sequence);
    put(b, size, sizeof(size));
    put(b, text, length);
}

static void put_packed(bytes *b, const bytes *inner)
{
    uint8_t packed[4096];
    uLongf length = sizeof(packed);
    cr_assert_eq(compress(packed, &length, inner->data, inner->length), Z_OK);
    put_head(b, 'C', (uint32_t)length);
    put(b, packed, length);
}

/* What a peer says, as text: events with their numbers, "|" where a window ends; "!" where it
 * breaks off. */
static void hear(tc_jack *j, tc_slice some, char out[512])
{
    size_t used = strlen(out);
    for (;;) {
        bool last;
        tc_jack_result result = tc_jack_next(j, &some);
        if (result == TC_JACK_MORE) return;
        if (result == TC_JACK_BROKEN) {
            (void)snprintf(out + used, 512 - used, "!");
            return;
        }
        uint32_t sequence = tc_jack_sequence(j, &last);
        tc_slice event = tc_jack_event(j);
        used += (size_t)snprintf(out + used, 512 - used, "%" PRIu32 "%.*s%s", sequence,
                                 result == TC_JACK_LONG ? 4 : (int)event.len,
                                 result == TC_JACK_LONG ? "long" : (const char *)event.ptr,
                                 last ? "|" : " ");
    }
}

static void all_of(const bytes *b, size_t cut, char out[512])
{
    tc_jack *j = tc_jack_new();
    cr_assert_not_null(j);
    out[0] = 0;
    hear(j, tc_slice_make(b->data, cut), out);
    if (out[0] == 0 || out[strlen(out) - 1] != '!')
        hear(j, tc_slice_make(b->data + cut, b->length - cut), out);
    tc_jack_free(j);
}

static void conversation(bytes *b)
{
    bytes inner = {.length = 0}, more = {.length = 0};
    put_head(b, 'W', 2);
    put_event(b, 1, "{a}");
    put_event(b, 2, "");
    put_head(b, 'W', 3);
    put_event(&inner, 1, "{b}");
    put_event(&inner, 2, "{c}");
    put_packed(b, &inner);
    put_event(&more, 3, "{d}");
    put_packed(b, &more);
    put_head(b, 'W', 0);
    put_head(b, 'W', 1);
    put_event(b, 7, "{e}");
}

Test(lumberjack, it_is_the_same_wherever_it_is_cut)
{
    bytes b = {.length = 0};
    conversation(&b);
    for (size_t cut = 0; cut <= b.length; cut++) {
        char out[512];
        all_of(&b, cut, out);
        cr_expect_str_eq(out, "1{a} 2|1{b} 2{c} 3{d}|7{e}|", "cut at %zu: %s", cut, out);
    }
}

Test(lumberjack, it_may_come_byte_by_byte)
{
    bytes b = {.length = 0};
    char out[512] = "";
    tc_jack *j = tc_jack_new();
    conversation(&b);
    for (size_t i = 0; i < b.length; i++) {
        cr_expect(i == 0 || !tc_jack_is_at_rest(j) || b.data[i] == '2');
        hear(j, tc_slice_make(b.data + i, 1), out);
    }
    cr_expect(tc_jack_is_at_rest(j));
    cr_expect_str_eq(out, "1{a} 2|1{b} 2{c} 3{d}|7{e}|");
    tc_jack_free(j);
}

Test(lumberjack, what_is_too_long_is_passed_over)
{
    char out[512] = "";
    bytes b = {.length = 0}, behind = {.length = 0};
    uint8_t many[4096];
    tc_jack *j = tc_jack_new();
    memset(many, 'x', sizeof(many));
    put_head(&b, 'W', 2);
    put_head(&b, 'J', 1);
    put(&b, "\0\x20\0\0", 4);
    hear(j, tc_slice_make(b.data, b.length), out);
    for (int i = 0; i < 512; i++)
        hear(j, tc_slice_make(many, sizeof(many)), out);
    put_event(&behind, 2, "{a}");
    hear(j, tc_slice_make(behind.data, behind.length), out);
    cr_expect_str_eq(out, "1long 2{a}|", "%s", out);
    tc_jack_free(j);
}

Test(lumberjack, what_breaks_the_protocol_ends_it)
{
    bytes nested = {.length = 0}, half = {.length = 0}, cut = {.length = 0}, deep = {.length = 0};
    put_event(&half, 1, "{a}");
    half.length--;
    put_head(&deep, 'C', 4);
    bytes rows[10] = {{.length = 0}};
    put(&rows[0], "1W\0\0\0\1", 6);
    put(&rows[1], "2A\0\0\0\1", 6);
    put_event(&rows[2], 1, "{a}");
    put_head(&rows[3], 'W', 2);
    put_head(&rows[3], 'W', 2);
    put_head(&rows[4], 'W', TC_JACK_WINDOW_MAX + 1);
    put_head(&rows[5], 'W', 1);
    put_packed(&rows[5], &half);
    put_head(&rows[6], 'W', 1);
    put_packed(&rows[6], &deep);
    put_head(&rows[7], 'W', 1);
    put_head(&rows[7], 'C', 3);
    put(&rows[7], "abc", 3);
    put_head(&rows[8], 'W', 1);
    put_event(&nested, 1, "{a}");
    put_packed(&cut, &nested);
    cut.data[5]--;
    put(&rows[8], cut.data, cut.length - 1);
    put(&rows[9], "2\0\0\0\0\0", 6);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char out[512];
        all_of(&rows[i], 0, out);
        size_t length = strlen(out);
        cr_expect(length > 0 && out[length - 1] == '!', "row %zu: '%s'", i, out);
    }
}

Test(lumberjack, without_memory_it_breaks_off_or_goes_on)
{
    bytes b = {.length = 0};
    conversation(&b);
    for (uint64_t n = 1;; n++) {
        char out[512] = "";
        tc_alloc_fail_once(n);
        tc_jack *j = tc_jack_new();
        if (j != NULL) hear(j, tc_slice_make(b.data, b.length), out);
        bool failed = tc_alloc_left() == 0;
        tc_alloc_fail_after(0);
        tc_jack_free(j);
        if (!failed) {
            cr_expect_str_eq(out, "1{a} 2|1{b} 2{c} 3{d}|7{e}|");
            cr_expect_gt(n, 3);
            break;
        }
        cr_expect(out[0] == 0 || out[strlen(out) - 1] == '!', "%" PRIu64 ": %s", n, out);
    }
}

Test(lumberjack, an_acknowledgement_is_six_bytes)
{
    uint8_t ack[TC_JACK_ACK];
    tc_jack_ack(0x01020304, ack);
    cr_expect_arr_eq(ack, "2A\1\2\3\4", 6);
}
