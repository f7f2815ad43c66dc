#include "tests/unit/send/bench.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

char bench_path[96];
memory_rows bench_rows[2];
tc_dispatch *bench_dispatch;
static char folder[64];
static tc_receiver *receivers[2];
static const tc_receiver_site site = {.host = "collector", .version = "1", .process_id = 7};
static const tc_dispatch_options quick = {.delivery = {.wait_min_ms = 20, .wait_max_ms = 100},
                                          .poll_ms = 20};

void bench_begin(void)
{
    snprintf(folder, sizeof(folder), "/tmp/tocsin-send-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(bench_path, sizeof(bench_path), "%s/out", folder);
    for (size_t i = 0; i < TC_COUNT_OF(bench_rows); i++)
        memory_rows_init(&bench_rows[i]);
}

void bench_end(void)
{
    tc_dispatch_stop(bench_dispatch);
    for (size_t i = 0; i < TC_COUNT_OF(bench_rows); i++) {
        tc_receiver_free(receivers[i]);
        memory_rows_done(&bench_rows[i]);
    }
    unlink(bench_path);
    char other[160];
    snprintf(other, sizeof(other), "%s.1", bench_path);
    unlink(other);
    snprintf(other, sizeof(other), "%s.hook", bench_path);
    unlink(other);
    rmdir(folder);
}

tc_receiver *bench_add(size_t i, tc_receiver_settings settings)
{
    tc_error error = {.code = TC_OK};
    cr_assert_eq(tc_receiver_new(&settings, &site, &receivers[i], &error).code, TC_OK, "%s",
                 error.text);
    return receivers[i];
}

void bench_start(size_t count)
{
    tc_error error = {.code = TC_OK};
    const tc_receiver *const all[] = {receivers[0], receivers[1]};
    const tc_send_rows interfaces[] = {memory_rows_interface(&bench_rows[0]),
                                       memory_rows_interface(&bench_rows[1])};
    cr_assert_eq(tc_dispatch_start(all, interfaces, count, &quick, &bench_dispatch, &error).code,
                 TC_OK, "%s", error.text);
}

void bench_put(size_t i, unsigned first, unsigned count)
{
    for (unsigned n = first; n < first + count; n++) {
        char id[33], payload[200];
        snprintf(id, sizeof(id), "%032x", n);
        snprintf(payload, sizeof(payload), "ALERT json\n{\"event\":{\"id\":\"%s\"},\"n\":%u}", id,
                 n);
        memory_rows_put(&bench_rows[i], id, TC_LEVEL_HIGH, tc_slice_of(payload));
    }
}
