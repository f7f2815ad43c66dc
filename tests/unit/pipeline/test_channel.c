/* A channel against a sender of the test's own, which notes what it gets and fails when told to. */
#include "detector/pipeline/channel.h"

#include "tests/unit/input/support.h"

#include <criterion/criterion.h>

static struct {
    bool fails, open;
    size_t messages, inventories, summaries, flushes, attempts;
    char last_id[40];
    uint64_t next; /* the number that must come next */
} got;

static TC_STATUS open_fake(const char *target, void **ret_state, tc_error *reterr)
{
    *ret_state = &got;
    if (target == NULL) return tc_fail(reterr, TC_EIO, "nobody there");
    memset(&got, 0, sizeof(got));
    got.open = true;
    return TC_SUCCESS;
}

/* "a NUMBER dots", "i" or "s", each with its line end: as the format below tells. */
static TC_STATUS send_fake(void *state, tc_slice text, tc_slice id, tc_error *reterr)
{
    (void)state;
    got.attempts++;
    if (got.fails) return tc_fail(reterr, TC_EIO, "attempt %zu", got.attempts);
    cr_assert(tc_slice_ends(text, TC_LIT("\n")));
    got.messages++;
    got.inventories += text.ptr[0] == 'i';
    got.summaries += text.ptr[0] == 's';
    if (text.ptr[0] != 'a') {
        cr_expect_eq(id.len, 0u);
        return TC_SUCCESS;
    }
    tc_slice rest, dots, number;
    uint64_t n = 0;
    (void)tc_slice_split(text, ' ', &rest);
    number = tc_slice_split(rest, ' ', &dots);
    cr_assert(tc_slice_to_u64(number, &n));
    cr_expect_eq(n, got.next, "%" PRIu64 " comes, not %" PRIu64, n, got.next);
    cr_expect_eq(dots.len, n % 3000 + 1, "message %" PRIu64 " is not whole", n);
    got.next = n + 1;
    tc_slice_to_cstr(id, got.last_id, sizeof(got.last_id));
    char wanted[40];
    snprintf(wanted, sizeof(wanted), "%032" PRIu64, n);
    cr_expect_str_eq(got.last_id, wanted);
    return TC_SUCCESS;
}

static TC_STATUS flush_fake(void *state, tc_error *reterr)
{
    (void)state;
    (void)reterr;
    got.flushes++;
    return TC_SUCCESS;
}

static TC_STATUS close_fake(void *state, tc_error *reterr)
{
    (void)state;
    (void)reterr;
    got.open = false;
    return TC_SUCCESS;
}

static void abandon_fake(void *state)
{
    (void)state;
    got.open = false;
}

static const tc_sender fake = {open_fake, send_fake, flush_fake, close_fake, abandon_fake};

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)output;
    (void)now;
    if (a->alert_count == SIZE_MAX) return; /* what the format does not tell */
    tc_str_addf(out, "a %zu ", a->alert_count);
    for (size_t i = 0; i < a->alert_count % 3000; i++)
        tc_str_add_byte(out, '.');
    tc_str_add_byte(out, '\n');
}

static void tell_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    (void)output;
    (void)s;
    (void)now;
    tc_str_add(out, TC_LIT("s\n"));
}

static void tell_inventory(tc_output *output, const tc_summary *s, tc_str *out)
{
    (void)output;
    (void)s;
    tc_str_add(out, TC_LIT("i\n"));
}

static void tell_head(tc_output *output, const tc_summary *s, tc_str *out)
{
    (void)output;
    (void)s;
    tc_str_add(out, TC_LIT("h\n"));
}

static bool is_detail(const tc_alert *a)
{
    return a->transition == TC_TRANSITION_GROWN;
}

static const tc_output_format format = {"fake",         "",        tell_alert, tell_summary,
                                        tell_inventory, tell_head, is_detail};
static const tc_output_options options = {.format = &format, .version = "0"};
static tc_error error;
static tc_summary summary;

TestSuite(channel, .init = init_files, .fini = done_files);

static void begin(tc_channel *c, bool needed)
{
    cr_assert_eq(tc_channel_open(c, &fake, "there", needed, &error).code, TC_OK);
    cr_assert_eq(tc_channel_begin(c, &options, in_files(""), &error).code, TC_OK);
}

static void alert(tc_channel *c, size_t number)
{
    tc_alert a = {.alert_count = number};
    snprintf(a.id, sizeof(a.id), "%032zu", number);
    cr_assert_eq(tc_channel_alert(c, &a, TC_TIME_NONE, &error).code, TC_OK);
}

Test(channel, messages_come_whole_in_their_order_and_with_their_ids)
{
    tc_channel c;
    begin(&c, true);
    cr_expect_eq(tc_channel_inventory(&c, &summary, false, &error).code, TC_OK);
    for (size_t i = 0; i < 5000; i++)
        alert(&c, i);
    alert(&c, SIZE_MAX);
    cr_expect_gt(tc_spool_on_disk(c.spool), 0u, "the test is too small to reach the disk");
    cr_expect_eq(got.messages, 1u, "alerts wait");
    cr_expect_eq(tc_channel_deliver(&c, &error).code, TC_OK);
    cr_expect_eq(got.next, 5000u);
    cr_expect_eq(got.messages, 5001u);
    cr_expect_eq(got.flushes, 1u);
    cr_expect_eq(tc_channel_end(&c, &summary, TC_TIME_NONE, &error).code, TC_OK);
    cr_expect_eq(got.summaries, 1u);
    cr_expect_not(got.open);
    tc_channel_done(&c);
}

Test(channel, the_head_comes_first_and_details_last)
{
    tc_channel c;
    tc_alert detail = {.alert_count = 2, .transition = TC_TRANSITION_GROWN};
    snprintf(detail.id, sizeof(detail.id), "%032d", 2);
    begin(&c, true);
    cr_expect_eq(tc_channel_alert(&c, &detail, TC_TIME_NONE, &error).code, TC_OK);
    alert(&c, 0);
    alert(&c, 1);
    cr_expect_eq(tc_channel_head(&c, &summary, &error).code, TC_OK);
    cr_expect_eq(got.messages, 1u, "the head goes at once");
    cr_expect_eq(tc_channel_deliver(&c, &error).code, TC_OK);
    cr_expect_eq(got.next, 3u);
    tc_channel_done(&c);
}

Test(channel, what_was_spooled_before_it_begins_anew_is_gone)
{
    tc_channel c;
    begin(&c, true);
    cr_expect_eq(tc_channel_inventory(&c, &summary, false, &error).code, TC_OK);
    alert(&c, 7);
    cr_assert_eq(tc_channel_begin(&c, &options, in_files(""), &error).code, TC_OK);
    cr_expect_eq(tc_channel_inventory(&c, &summary, true, &error).code, TC_OK);
    alert(&c, 0);
    alert(&c, 1);
    cr_expect_eq(tc_channel_deliver(&c, &error).code, TC_OK);
    cr_expect_eq(got.next, 2u);
    cr_expect_eq(got.inventories, 1u, "it stands there already");
    tc_channel_done(&c);
    cr_expect_not(got.open);
}

Test(channel, one_that_is_needed_fails_with_its_sender)
{
    tc_channel c;
    begin(&c, true);
    alert(&c, 0);
    alert(&c, 1);
    got.fails = true;
    cr_expect_eq(tc_channel_deliver(&c, &error).code, TC_EIO);
    cr_expect_str_eq(error.text, "attempt 1");
    cr_expect_eq(got.attempts, 1u);
    tc_channel_done(&c);
}

Test(channel, another_counts_what_was_not_sent_and_goes_on)
{
    tc_channel c;
    begin(&c, false);
    for (size_t i = 0; i < 3; i++)
        alert(&c, i);
    got.fails = true;
    cr_expect_eq(tc_channel_deliver(&c, &error).code, TC_OK);
    cr_expect_eq(c.unsent, 3u);
    cr_expect_str_eq(c.why.text, "attempt 1", "the first is kept");
    got.fails = false;
    cr_expect_eq(tc_channel_end(&c, &summary, TC_TIME_NONE, &error).code, TC_OK);
    cr_expect_eq(got.summaries, 1u);
    cr_expect_eq(c.unsent, 3u);
    tc_channel_done(&c);
}

Test(channel, one_that_does_not_open_says_so_and_can_be_given_up)
{
    tc_channel c;
    cr_expect_eq(tc_channel_open(&c, &fake, NULL, false, &error).code, TC_EIO);
    cr_expect_str_eq(error.text, "nobody there");
    tc_channel_done(&c);
}

Test(channel, one_that_nobody_asked_for_does_nothing)
{
    tc_channel c = {.sender = NULL};
    cr_expect_eq(tc_channel_begin(&c, &options, in_files(""), &error).code, TC_OK);
    cr_expect_eq(tc_channel_inventory(&c, &summary, false, &error).code, TC_OK);
    alert(&c, 0);
    cr_expect_eq(tc_channel_deliver(&c, &error).code, TC_OK);
    cr_expect_eq(tc_channel_end(&c, &summary, TC_TIME_NONE, &error).code, TC_OK);
    tc_channel_done(&c);
}
