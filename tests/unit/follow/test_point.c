#include "detector/follow/follow.h"
#include "parsers/base/str.h"

#include <criterion/criterion.h>

static TC_STATUS write_text(void *context, tc_slice bytes)
{
    tc_str_add(context, bytes);
    return tc_str_status(context);
}

static TC_STATUS read_text(void *context, uint8_t *out, size_t room, size_t *ret_got)
{
    tc_slice *left = context;
    *ret_got = TC_MIN(room, left->len);
    memcpy(out, left->ptr, *ret_got);
    *left = tc_slice_sub(*left, *ret_got, SIZE_MAX);
    return TC_SUCCESS;
}

static tc_follow_point sample(void)
{
    return (tc_follow_point){.key = 0x123456789ABCDEF0,
                             .offset = 98765,
                             .device = 42,
                             .inode = 4711,
                             .size = 98765,
                             .changed = 17 * TC_DAY,
                             .head_hash = 1,
                             .tail_hash = UINT64_MAX,
                             .tail_at = 98000,
                             .gone = TC_TIME_NONE,
                             .generation = 3,
                             .head_length = 4096,
                             .telling = true,
                             .packed = true,
                             .dropped = false,
                             .path = TC_LIT("/mnt/logs/EX01/u_ex.log")};
}

static void save(tc_follow_point *point, tc_str *text)
{
    tc_str_init(text, 1 << 20);
    tc_visit *visit = tc_visit_saver(write_text, text);
    cr_assert(tc_visit_begin(visit, "points", 1));
    tc_follow_point_visit(point, visit);
    tc_visit_end(visit);
    cr_assert_not(tc_visit_failed(visit));
    tc_visit_free(visit);
}

static tc_code load(tc_slice bytes, tc_follow_point *ret, tc_str *path)
{
    tc_visit *visit = tc_visit_loader(read_text, &bytes);
    if (tc_visit_begin(visit, "points", 1)) {
        tc_follow_point_visit(ret, visit);
        tc_str_add(path, ret->path);
        tc_visit_end(visit);
    }
    tc_code code = tc_visit_status(visit).code;
    tc_visit_free(visit);
    return code;
}

Test(point, comes_back_as_it_was_saved)
{
    tc_follow_point point = sample(), back = {0};
    tc_str text, path;
    save(&point, &text);
    tc_str_init(&path, 1 << 16);
    cr_assert_eq(load(tc_str_view(&text), &back, &path), TC_OK);
    cr_expect(tc_slice_equal(tc_str_view(&path), point.path));
    back.path = point.path;
    cr_expect_eq(back.key, point.key);
    cr_expect_eq(back.offset, point.offset);
    cr_expect_eq(back.device, point.device);
    cr_expect_eq(back.inode, point.inode);
    cr_expect_eq(back.size, point.size);
    cr_expect_eq(back.changed, point.changed);
    cr_expect_eq(back.head_hash, point.head_hash);
    cr_expect_eq(back.tail_hash, point.tail_hash);
    cr_expect_eq(back.tail_at, point.tail_at);
    cr_expect_eq(back.gone, point.gone);
    cr_expect_eq(back.generation, point.generation);
    cr_expect_eq(back.head_length, point.head_length);
    cr_expect(back.telling && back.packed && !back.dropped);
    tc_str_done(&text);
    tc_str_done(&path);
}

Test(point, a_tail_behind_the_offset_is_refused)
{
    tc_follow_point point = sample();
    point.tail_at = point.offset + 1;
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_visit *visit = tc_visit_saver(write_text, &text);
    cr_assert(tc_visit_begin(visit, "points", 1));
    tc_follow_point_visit(&point, visit);
    cr_expect_eq(tc_visit_status(visit).code, TC_ESYNTAX);
    tc_visit_free(visit);
    tc_str_done(&text);
}

Test(point, damage_is_refused_or_another_point_but_never_more)
{
    tc_follow_point point = sample();
    tc_str text;
    save(&point, &text);
    for (size_t i = 0; i < text.len; i++) {
        text.data[i] ^= 0x55;
        tc_follow_point back = {0};
        tc_str path;
        tc_str_init(&path, 1 << 16);
        cr_expect_neq(load(tc_str_view(&text), &back, &path), TC_OK, "byte %zu", i);
        tc_str_done(&path);
        text.data[i] ^= 0x55;
    }
    tc_str_done(&text);
}
