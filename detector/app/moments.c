#include "detector/app/moments.h"

#include "parsers/base/alloc.h"

#define SPOOL_MEMORY ((size_t)8 << 20)
#define LATE_MAX ((size_t)256 << 20)
#define RECORD_MAX ((size_t)128 << 20)

/* In front of the names and the line. */
typedef struct head {
    tc_time time;
    uint64_t number; /* as it came: order among equals */
    uint32_t names_length, line_length;
    char incident[33];
} head;

typedef struct record {
    head head;
    const uint8_t *names; /* the line stands behind them */
} record;

struct tc_moments {
    tc_spool *spool;
    tc_str scratch;
    tc_str late; /* records one behind the other */
    uint64_t count;
    /* While writing: */
    record *sorted; /* of `late` */
    size_t sorted_count, sorted_at;
    tc_str pending; /* bytes of the spool that are no whole record yet */
    record *window; /* by time, newest last; each owns its bytes */
    size_t window_count;
    const tc_moments_choice *choice;
};

tc_moments *tc_moments_new(const char *folder)
{
    tc_moments *m = tc_alloc(1, sizeof(*m));
    if (m == NULL) return NULL;
    tc_str_init(&m->scratch, RECORD_MAX);
    tc_str_init(&m->late, LATE_MAX);
    tc_str_init(&m->pending, RECORD_MAX);
    m->spool = tc_spool_new(SPOOL_MEMORY, folder);
    m->window = tc_alloc(TC_MOMENTS_WINDOW, sizeof(*m->window));
    if (m->spool && m->window) return m;
    tc_moments_free(m);
    return NULL;
}

static void drop_window(tc_moments *m)
{
    for (size_t i = 0; i < m->window_count; i++) {
        void *bytes = (void *)(uintptr_t)m->window[i].names;
        tc_free(bytes);
    }
    m->window_count = 0;
}

void tc_moments_free(tc_moments *m)
{
    if (m == NULL) return;
    if (m->window) drop_window(m);
    tc_free(m->window);
    tc_free(m->sorted);
    tc_str_done(&m->scratch);
    tc_str_done(&m->late);
    tc_str_done(&m->pending);
    tc_spool_free(m->spool);
    tc_free(m);
}

void tc_moments_clear(tc_moments *m)
{
    tc_spool_clear(m->spool);
    tc_str_clear(&m->late);
    m->count = 0;
}

/* -- taking in ------------------------------------------------------------------------------ */

static void add_names(const tc_moment *moment, tc_str *out)
{
    for (size_t i = 0; i < moment->who_count; i++) {
        tc_slice name = tc_slice_sub(moment->who[i].name, 0, UINT16_MAX);
        tc_str_add_byte(out, (uint8_t)(name.len >> 8));
        tc_str_add_byte(out, (uint8_t)name.len);
        tc_str_add(out, name);
    }
}

bool tc_moments_name(tc_slice *names, tc_slice *ret)
{
    if (names->len < 2) return false;
    size_t length = (size_t)names->ptr[0] << 8 | names->ptr[1];
    *ret = tc_slice_sub(*names, 2, length);
    *names = tc_slice_sub(*names, 2 + ret->len, TC_NPOS);
    return true;
}

TC_STATUS tc_moments_add(tc_moments *m, const tc_moment *moment, tc_slice line, bool late,
                         tc_error *reterr)
{
    head h = {.time = moment->time, .number = m->count++, .line_length = (uint32_t)line.len};
    memcpy(h.incident, moment->incident, sizeof(h.incident));
    tc_str_clear(&m->scratch);
    add_names(moment, &m->scratch);
    h.names_length = (uint32_t)m->scratch.len;
    tc_str_add(&m->scratch, line);
    tc_slice start = tc_slice_make((const uint8_t *)&h, sizeof(h));
    tc_status status = tc_str_status(&m->scratch);
    if (!tc_failed(status) && !late) {
        TC_TRY(tc_spool_add(m->spool, start, reterr));
        return tc_spool_add(m->spool, tc_str_view(&m->scratch), reterr);
    }
    tc_str_add(&m->late, start);
    tc_str_add(&m->late, tc_str_view(&m->scratch));
    if (!tc_failed(status)) status = tc_str_status(&m->late);
    if (tc_failed(status))
        return tc_fail(reterr, status.code, "the timeline's members do not fit into memory");
    return TC_SUCCESS;
}

/* -- writing -------------------------------------------------------------------------------- */

static bool stands_before(const record *a, const record *b)
{
    if (a->head.time != b->head.time) return a->head.time < b->head.time;
    return a->head.number < b->head.number;
}

static int compare(const void *left, const void *right)
{
    const record *a = left, *b = right;
    return stands_before(a, b) ? -1 : stands_before(b, a);
}

static TC_STATUS write_record(tc_moments *m, const record *r, tc_error *reterr)
{
    const tc_moments_choice *c = m->choice;
    tc_slice names = tc_slice_make(r->names, r->head.names_length);
    if (c->wants && !c->wants(c->context, r->head.incident, names)) return TC_SUCCESS;
    tc_slice line = tc_slice_make(r->names + r->head.names_length, r->head.line_length);
    return c->write(c->context, line, reterr);
}

/* What final incidents know, up to the given one (NULL: all of it). */
static TC_STATUS write_late(tc_moments *m, const record *until, tc_error *reterr)
{
    while (m->sorted_at < m->sorted_count &&
           (until == NULL || m->sorted[m->sorted_at].head.time <= until->head.time))
        TC_TRY(write_record(m, &m->sorted[m->sorted_at++], reterr));
    return TC_SUCCESS;
}

/* The eldest of the window leaves it. */
static TC_STATUS write_eldest(tc_moments *m, tc_error *reterr)
{
    record r = m->window[0];
    m->window_count--;
    memmove(m->window, m->window + 1, m->window_count * sizeof(r));
    tc_status status = write_late(m, &r, reterr);
    if (!tc_failed(status)) status = write_record(m, &r, reterr);
    void *bytes = (void *)(uintptr_t)r.names;
    tc_free(bytes);
    return status;
}

static TC_STATUS enter(tc_moments *m, record r, tc_error *reterr)
{
    size_t length = (size_t)r.head.names_length + r.head.line_length;
    if (m->window_count == TC_MOMENTS_WINDOW) TC_TRY(write_eldest(m, reterr));
    uint8_t *bytes = tc_alloc(length, 1);
    if (bytes == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory for the timeline");
    memcpy(bytes, r.names, length);
    r.names = bytes;
    size_t at = m->window_count++;
    while (at > 0 && stands_before(&r, &m->window[at - 1])) {
        m->window[at] = m->window[at - 1];
        at--;
    }
    m->window[at] = r;
    return TC_SUCCESS;
}

/* The record at the beginning of the bytes; false if they end before it does. */
static bool read_record(tc_slice bytes, record *ret, size_t *ret_length)
{
    if (bytes.len < sizeof(head)) return false;
    memcpy(&ret->head, bytes.ptr, sizeof(head));
    ret->names = bytes.ptr + sizeof(head);
    *ret_length = sizeof(head) + ret->head.names_length + ret->head.line_length;
    return *ret_length <= bytes.len;
}

static TC_STATUS take(void *context, tc_slice text, tc_error *reterr)
{
    tc_moments *m = context;
    record r;
    size_t length = 0, at = 0;
    tc_str_add(&m->pending, text);
    if (tc_failed(tc_str_status(&m->pending)))
        return tc_fail(reterr, m->pending.failed, "no memory for the timeline");
    tc_slice all = tc_str_view(&m->pending);
    while (read_record(tc_slice_sub(all, at, TC_NPOS), &r, &length)) {
        TC_TRY(enter(m, r, reterr));
        at += length;
    }
    memmove(m->pending.data, m->pending.data + at, m->pending.len - at);
    m->pending.len -= at;
    return TC_SUCCESS;
}

static TC_STATUS sort_late(tc_moments *m, tc_error *reterr)
{
    size_t capacity = 0, length = 0;
    record r;
    m->sorted_count = m->sorted_at = 0;
    tc_free(m->sorted);
    m->sorted = NULL;
    tc_slice rest = tc_str_view(&m->late);
    while (read_record(rest, &r, &length)) {
        tc_status status = tc_grow(&m->sorted, &capacity, m->sorted_count + 1, sizeof(r), SIZE_MAX);
        if (tc_failed(status)) return tc_fail(reterr, status.code, "no memory for the timeline");
        m->sorted[m->sorted_count++] = r;
        rest = tc_slice_sub(rest, length, TC_NPOS);
    }
    if (m->sorted_count) qsort(m->sorted, m->sorted_count, sizeof(r), compare);
    return TC_SUCCESS;
}

TC_STATUS tc_moments_write(tc_moments *m, const tc_moments_choice *choice, tc_error *reterr)
{
    m->choice = choice;
    tc_str_clear(&m->pending);
    TC_TRY(sort_late(m, reterr));
    TC_TRY(tc_spool_copy(m->spool, take, m, reterr));
    while (m->window_count)
        TC_TRY(write_eldest(m, reterr));
    TC_TRY(write_late(m, NULL, reterr));
    tc_moments_clear(m);
    return TC_SUCCESS;
}
