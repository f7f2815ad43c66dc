#include "parsers/base/json_scan.h"

#include "parsers/base/alloc.h"
#include "parsers/base/json_reader.h"

#include <criterion/criterion.h>

/* A copy that ends where its memory ends, so that ASan sees a read behind it. */
static tc_slice exact(const void *text, size_t length)
{
    uint8_t *copy = tc_alloc(length, 1);
    cr_assert_not_null(copy);
    memcpy(copy, text, length);
    return tc_slice_make(copy, length);
}

static void drop(tc_slice s)
{
    tc_free((void *)(uintptr_t)s.ptr);
}

Test(json_scan, extent_frames_the_first_container_only)
{
    static const struct {
        const char *text;
        size_t extent;
    } rows[] = {
        {"", 0},
        {" \n", 0},
        {"{}", 2},
        {" []\n[", 3},
        {"{\"a\":1}{\"b\":2}", 7},
        {"{\"a\":\"}\"", 0},
        {"{\"a\":\"\\\"}\"}", 11},
        {"[\"\\\\\"]", 6},
        {"\"a\"", TC_NPOS},
        {"1", TC_NPOS},
        {"]", TC_NPOS},
        {"x{}", TC_NPOS},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice text = exact(rows[i].text, strlen(rows[i].text));
        cr_expect_eq(tc_json_extent(text), rows[i].extent, "%s", rows[i].text);
        drop(text);
    }
    cr_expect_eq(tc_json_extent(TC_EMPTY_SLICE), 0);
}

/* The same scan, one byte at a time. */
static tc_json_scan_result slow_scan(tc_slice s, size_t room, size_t *ret)
{
    size_t depth = 0;
    bool inside = false;
    bool escaped = false;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t byte = s.ptr[i];
        *ret = i;
        if (escaped) {
            escaped = false;
            if (byte == '"' || byte == '\\') continue;
        } else if (byte == '\\') {
            escaped = true;
            continue;
        }
        if (byte == '"') inside = !inside;
        if (inside) continue;
        if (byte == '{' || byte == '[') {
            if (depth++ == room) return TC_JSON_SCAN_DEEP;
        } else if ((byte == '}' || byte == ']') && --depth == 0) {
            *ret = i + 1;
            return TC_JSON_SCAN_CLOSED;
        }
    }
    *ret = s.len;
    return TC_JSON_SCAN_SHORT;
}

Test(json_scan, the_block_scan_agrees_with_a_scan_by_bytes)
{
    static const char alphabet[] = "\"\"\\\\{{[}]a,:  x";
    uint64_t state = 88172645463325252u;
    size_t closed = 0;
    size_t deep = 0;
    for (size_t round = 0; round < 40000; round++) {
        uint8_t text[260];
        size_t length = 1 + round % (sizeof text - 1);
        text[0] = '[';
        for (size_t i = 1; i < length; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            /* some rounds are all brackets, so that nesting gets deep */
            text[i] = (uint8_t)(round % 3 == 0 ? "[[[]"[state >> 20 & 3]
                                               : alphabet[(state >> 20) % (sizeof alphabet - 1)]);
        }
        tc_slice s = exact(text, length);
        const uint8_t *where;
        size_t slow = 0;
        tc_json_scan_result want = slow_scan(s, 40, &slow);
        tc_json_scan_result got = tc_json_scan_container(s.ptr, s.ptr + s.len, 40, &where);
        cr_assert(got == want && (size_t)(where - s.ptr) == slow, "round %zu: %d %zu, %d %zu",
                  round, (int)got, (size_t)(where - s.ptr), (int)want, slow);
        closed += want == TC_JSON_SCAN_CLOSED;
        deep += want == TC_JSON_SCAN_DEEP;
        drop(s);
    }
    cr_expect(closed > 1000 && deep > 1000, "%zu closed, %zu deep", closed, deep);
}
